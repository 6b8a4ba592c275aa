package io.walferry.job.model;

import java.util.Arrays;

/**
 * Packs changes into a growing byte array. Layout of one change, numbers big-endian:
 *
 * <pre>
 * i32 length of what follows
 * u8  kind ({@link ChangeKind} ordinal)
 * u8  flags ({@link #OVERLAP}, {@link #EXISTING}, {@link #SAME_VERDICT}, {@link #STAMPED}, {@link #ATTACHED})
 * u16 key group
 * i32 table ({@link StreamTable#id})
 * i64 commit LSN
 * i64 ordinal
 * if stamped: i64 commit time in microseconds since 1970, i32 transaction id
 * old tuple (UPDATE of a keyless table, DELETE), then new tuple (INSERT, UPDATE), each as pgoutput's TupleData:
 *   u16 columns; per column u8 'n' NULL | 'u' unchanged TOAST value | 't' text, then i32 length and bytes
 * </pre>
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-logicalrep-message-formats.html">TupleData</a>
 */
public final class ChangeWriter {

    /** Flag: the change is not after the LSN of every chunk of its table, so an insert may find its row there. */
    public static final int OVERLAP = 1;

    /** Flag of an update: it sets a row that is there and brings none. */
    public static final int EXISTING = 2;

    /** Flags of an update that marks a deleted row: where it is not there, nothing is to be done. */
    public static final int MARK = OVERLAP | EXISTING;

    /** Flag of an update in a lane: whether the row arrives is as it was before. */
    public static final int SAME_VERDICT = 4;

    /** Flag of a change in a lane: commit time and transaction id follow. */
    public static final int STAMPED = 8;

    /** Flag: the change tells of the one before it, and has its position. */
    public static final int ATTACHED = 16;

    static final int STAMP = 8 + 4;

    static final int HEADER = 4 + 1 + 1 + 2 + 4 + 8 + 8;

    private byte[] buffer;
    private int size;
    private int changes;
    private int changeStart;
    private int ended;

    public ChangeWriter(int initialBytes) {
        buffer = new byte[initialBytes];
    }

    public ChangeWriter begin(ChangeKind kind, int flags, int keyGroup, int table, long commitLsn, long ordinal) {
        reserve(HEADER);
        changeStart = size;
        size += 4;
        buffer[size++] = (byte) kind.ordinal();
        buffer[size++] = (byte) flags;
        putShort(keyGroup);
        putInt(table);
        putLong(commitLsn);
        putLong(ordinal);
        return this;
    }

    /** To follow {@link #begin} with {@link #STAMPED}. */
    public void stamp(long commitTimeMicros, int xid) {
        reserve(STAMP);
        putLong(commitTimeMicros);
        putInt(xid);
    }

    /** Appends a tuple, or a part of one, that is already in the layout above. */
    public ChangeWriter bytes(byte[] source, int offset, int length) {
        reserve(length);
        System.arraycopy(source, offset, buffer, size, length);
        size += length;
        return this;
    }

    public ChangeWriter columns(int count) {
        reserve(2);
        putShort(count);
        return this;
    }

    public ChangeWriter nullValue() {
        reserve(1);
        buffer[size++] = 'n';
        return this;
    }

    /** For a value that is as it was. */
    public ChangeWriter unchanged() {
        reserve(1);
        buffer[size++] = 'u';
        return this;
    }

    public ChangeWriter text(byte[] source, int offset, int length) {
        reserve(5 + length);
        buffer[size++] = 't';
        putInt(length);
        System.arraycopy(source, offset, buffer, size, length);
        size += length;
        return this;
    }

    public void end() {
        int length = size - changeStart - 4;
        buffer[changeStart] = (byte) (length >>> 24);
        buffer[changeStart + 1] = (byte) (length >>> 16);
        buffer[changeStart + 2] = (byte) (length >>> 8);
        buffer[changeStart + 3] = (byte) length;
        changes++;
        ended = size;
    }

    /** Takes back what was written since the last {@link #end}. */
    public void abandon() {
        size = ended;
    }

    public int size() {
        return size;
    }

    public int changes() {
        return changes;
    }

    /** The bytes so far, for a block; the writer starts empty again. */
    public byte[] take() {
        byte[] taken = Arrays.copyOf(buffer, size);
        size = 0;
        ended = 0;
        changes = 0;
        return taken;
    }

    private void reserve(int more) {
        if (buffer.length - size < more) {
            buffer = Arrays.copyOf(buffer, Math.max(Math.addExact(size, more), (int)
                    Math.min(Integer.MAX_VALUE - 8L, buffer.length * 2L)));
        }
    }

    private void putShort(int value) {
        buffer[size++] = (byte) (value >>> 8);
        buffer[size++] = (byte) value;
    }

    private void putInt(int value) {
        buffer[size++] = (byte) (value >>> 24);
        buffer[size++] = (byte) (value >>> 16);
        buffer[size++] = (byte) (value >>> 8);
        buffer[size++] = (byte) value;
    }

    private void putLong(long value) {
        putInt((int) (value >>> 32));
        putInt((int) value);
    }
}
