package io.walferry.job.source.wal;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.ChangeBlock;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.serde.StreamElementSerializer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * The changes of a table that come while the table is loaded anew, which its load has not seen. They wait in a file that goes
 * with the process: without the load that they belong to, they are worth nothing, as the next load has seen them.
 *
 * <p>The reader puts changes in, a message at a time, between {@link #enter} and {@link #leave}; the load takes them out. Taking
 * the last of them ends it, so the load never waits for the reader, which may wait for what the load has locked at the target.
 */
final class HeldChanges implements AutoCloseable {

    /** Of {@link #packer}. */
    static final int CHANNEL = 0;

    /** The reader stands still when the file has this size, until the load is done. */
    private static final long MOST_BYTES = 1L << 30;

    /** Held by the reader as long as it is at a message: what is packed is whole whenever the load looks. */
    private final ReentrantLock lock = new ReentrantLock();

    private final BlockPacker packer = new BlockPacker(1);
    private final DataOutputSerializer out = new DataOutputSerializer(1 << 17);
    private FileChannel file;
    private long written;
    private long taken;
    private ChangePosition upTo;
    private boolean ended;

    /** @param after the first change that may come is after it */
    HeldChanges(ChangePosition after) {
        upTo = after;
    }

    /**
     * Begins a message of the changelog, to be ended by {@link #leave} or {@link #withdraw}.
     *
     * @return {@code false} if the load has taken the last change, or has failed: this one is for the writers, once the load is at
     *     the target
     */
    boolean enter() {
        lock.lock();
        if (ended) {
            lock.unlock();
            return false;
        }
        return true;
    }

    /** Takes the changes of the message. */
    BlockPacker packer() {
        return packer;
    }

    /** The message at the position is in as a whole. */
    void leave(ChangePosition position) {
        upTo = position;
        if (packer.isFull(CHANNEL)) {
            spill();
        }
        lock.unlock();
    }

    /** The message, of which nothing was packed, is not in. */
    void withdraw() {
        lock.unlock();
    }

    /** Whether the reader has to wait for the load before it puts more in. */
    boolean isFull() {
        lock.lock();
        try {
            return !ended && written > MOST_BYTES;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The next changes. Empty: there are none, and none will come any more.
     *
     * @throws InterruptedException if the load was cancelled while the reader is at a message
     */
    Optional<ChangeBlock> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (taken < written) {
                return Optional.of(unspill());
            }
            ended = true;
            return Optional.ofNullable(packer.take(CHANNEL));
        } finally {
            lock.unlock();
        }
    }

    /** The last position that is in it; to be asked for when the last change is taken. */
    ChangePosition upTo() {
        return upTo;
    }

    private void spill() {
        try {
            if (file == null) {
                Path path = Files.createTempFile("walferry-reload", ".changes");
                file = FileChannel.open(
                        path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
            }
            out.clear();
            out.writeInt(0);
            StreamElementSerializer.INSTANCE.serialize(packer.take(CHANNEL), out);
            ByteBuffer bytes = out.wrapAsByteBuffer();
            bytes.putInt(0, bytes.remaining() - Integer.BYTES);
            while (bytes.hasRemaining()) {
                written += file.write(bytes, written);
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private ChangeBlock unspill() {
        try {
            int length = read(Integer.BYTES).getInt();
            return (ChangeBlock) StreamElementSerializer.INSTANCE.deserialize(new DataInputDeserializer(read(length)));
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private ByteBuffer read(int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            int count = file.read(bytes, taken);
            if (count < 0) {
                throw new IOException("the file has become shorter");
            }
            taken += count;
        }
        return bytes.flip();
    }

    private static SyncException failure(IOException e) {
        return new SyncException(
                FailureKind.TRANSIENT,
                "directory " + System.getProperty("java.io.tmpdir"),
                "changes that wait for a table's load cannot be kept there: " + e.getMessage(),
                "Give it room, or name another directory by -Djava.io.tmpdir",
                e);
    }

    /** The load takes no more. */
    void end() throws InterruptedException {
        lock.lockInterruptibly();
        ended = true;
        lock.unlock();
    }

    /** Forgets what was not taken; for the reader, when the load has ended or is cut off. */
    @Override
    public void close() {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }
}
