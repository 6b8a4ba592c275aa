package io.walferry.job.model;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Walks the changes of a block without copying; layout in {@link ChangeWriter}. */
public final class ChangeCursor {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes;
    private int end;
    private int at;
    private int next;

    public void reset(byte[] block, int length) {
        bytes = block;
        end = length;
        at = 0;
        next = 0;
    }

    public void reset(ChangeBlock block) {
        reset(block.bytes(), block.length());
    }

    /** Goes to the change that starts at {@code start}, and to no other: {@link #next()} then finds the end. */
    public void at(byte[] block, int start) {
        bytes = block;
        at = start;
        next = start + 4 + (int) INT.get(block, start);
        end = next;
    }

    public boolean next() {
        if (next >= end) {
            return false;
        }
        at = next;
        next = at + 4 + (int) INT.get(bytes, at);
        return true;
    }

    public byte[] bytes() {
        return bytes;
    }

    public ChangeKind kind() {
        return ChangeKind.of(bytes[at + 4]);
    }

    public boolean overlap() {
        return (bytes[at + 5] & ChangeWriter.OVERLAP) != 0;
    }

    public boolean existing() {
        return (bytes[at + 5] & ChangeWriter.EXISTING) != 0;
    }

    public boolean sameVerdict() {
        return (bytes[at + 5] & ChangeWriter.SAME_VERDICT) != 0;
    }

    public boolean attached() {
        return (bytes[at + 5] & ChangeWriter.ATTACHED) != 0;
    }

    /** All flags, for {@link ChangeWriter#begin}. */
    public int flags() {
        return bytes[at + 5];
    }

    public int keyGroup() {
        return (short) SHORT.get(bytes, at + 6) & 0xFFFF;
    }

    public int table() {
        return (int) INT.get(bytes, at + 8);
    }

    public long commitLsn() {
        return (long) LONG.get(bytes, at + 12);
    }

    public long ordinal() {
        return (long) LONG.get(bytes, at + 20);
    }

    /** Where the change starts, its length field included. */
    public int start() {
        return at;
    }

    /** Where the change's first tuple starts; the old one if it has two. */
    public int firstTuple() {
        return at + ChangeWriter.HEADER + (stamped() ? ChangeWriter.STAMP : 0);
    }

    private boolean stamped() {
        return (bytes[at + 5] & ChangeWriter.STAMPED) != 0;
    }

    /** Of a stamped change: microseconds since 1970. */
    public long commitTimeMicros() {
        return (long) LONG.get(bytes, at + ChangeWriter.HEADER);
    }

    /** Of a stamped change: the transaction's id. */
    public long transaction() {
        return (int) INT.get(bytes, at + ChangeWriter.HEADER + 8) & 0xFFFF_FFFFL;
    }

    /** Just after the change. */
    public int limit() {
        return next;
    }

    /** Number of columns of the tuple at {@code offset}; its first column is at {@code offset + 2}. */
    public static int columns(byte[] bytes, int offset) {
        return (short) SHORT.get(bytes, offset) & 0xFFFF;
    }

    /** Length of the text value whose kind byte is at {@code offset}; the value starts at {@code offset + 5}. */
    public static int valueLength(byte[] bytes, int offset) {
        return (int) INT.get(bytes, offset + 1);
    }

    /** The column after the one whose kind byte is at {@code offset}. */
    public static int skipColumn(byte[] bytes, int offset) {
        return bytes[offset] == 't' ? offset + 5 + valueLength(bytes, offset) : offset + 1;
    }

    /** Just after the tuple at {@code offset}. */
    public static int skipTuple(byte[] bytes, int offset) {
        int columns = columns(bytes, offset);
        int position = offset + 2;
        for (int i = 0; i < columns; i++) {
            position = skipColumn(bytes, position);
        }
        return position;
    }
}
