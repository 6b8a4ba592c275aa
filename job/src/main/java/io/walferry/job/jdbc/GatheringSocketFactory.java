package io.walferry.job.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sockets for a stream of many small messages. A replication server sends each message by itself. A receiver that is woken for
 * each costs both sides several times what it takes to decode the message, so one that has caught up lets the next ones gather
 * for a moment and then takes them all at once; the sender's kernel joins what it cannot deliver yet.
 *
 * <p>Public with a public constructor because the driver makes it by its name.
 */
public final class GatheringSocketFactory extends LastingSocketFactory {

    /** What the reader of a stream that it has caught up with waits more than it would have to. */
    private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final int BUFFER_BYTES = 128 << 10;

    /** A read that brought less than this has left nothing behind. */
    private static final int CAUGHT_UP_BYTES = BUFFER_BYTES / 4;

    @Override
    Socket newSocket() {
        return new GatheringSocket();
    }

    private static final class GatheringSocket extends Socket {

        private InputStream in;

        @Override
        public synchronized InputStream getInputStream() throws IOException {
            if (in == null) {
                in = new GatheringStream(super.getInputStream());
            }
            return in;
        }
    }

    /** Used by one thread at a time. */
    private static final class GatheringStream extends InputStream {

        private final InputStream socket;
        private final byte[] buffer = new byte[BUFFER_BYTES];
        private int from;
        private int to;
        private long filledNanos = System.nanoTime() - GATHER_NANOS;

        GatheringStream(InputStream socket) {
            this.socket = socket;
        }

        @Override
        public int read() throws IOException {
            return fill() ? buffer[from++] & 0xFF : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (!fill()) {
                return -1;
            }
            int count = Math.min(length, to - from);
            System.arraycopy(buffer, from, bytes, offset, count);
            from += count;
            return count;
        }

        /** Whether there is a byte to read; {@code false} at the end of the stream. */
        private boolean fill() throws IOException {
            if (from < to) {
                return true;
            }
            if (to < CAUGHT_UP_BYTES) {
                long left = GATHER_NANOS - (System.nanoTime() - filledNanos);
                if (left > 0) {
                    LockSupport.parkNanos(left);
                }
            }
            from = 0;
            to = 0;
            int count = socket.read(buffer, 0, buffer.length);
            filledNanos = System.nanoTime();
            to = Math.max(count, 0);
            return count > 0;
        }

        @Override
        public int available() throws IOException {
            // Only a stream that has run dry is worth a system call.
            return from < to ? to - from : socket.available();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
