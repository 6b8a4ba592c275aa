package io.walferry.job.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketOption;
import java.util.Map;
import javax.net.SocketFactory;
import jdk.net.ExtendedSocketOptions;

/**
 * Sockets that notice within a minute and a half that the other machine is gone without a word: failed over, cut off, or forgotten by a
 * firewall. A statement may take hours, so silence alone is no sign; the kernels' own probes are, and by default the first of
 * them comes after two hours.
 *
 * <p>Public with a public constructor because the driver makes it by its name; the driver switches {@code SO_KEEPALIVE} on.
 */
public class LastingSocketFactory extends SocketFactory {

    private static final Map<SocketOption<Integer>, Integer> PROBES = Map.of(
            ExtendedSocketOptions.TCP_KEEPIDLE, 30,
            ExtendedSocketOptions.TCP_KEEPINTERVAL, 10,
            ExtendedSocketOptions.TCP_KEEPCOUNT, 6);

    @Override
    public final Socket createSocket() {
        Socket socket = newSocket();
        try {
            for (Map.Entry<SocketOption<Integer>, Integer> option : PROBES.entrySet()) {
                // Not every system has them.
                if (socket.supportedOptions().contains(option.getKey())) {
                    socket.setOption(option.getKey(), option.getValue());
                }
            }
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Socket newSocket() {
        return new Socket();
    }

    @Override
    public final Socket createSocket(String host, int port) {
        throw unconnectedOnly();
    }

    @Override
    public final Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw unconnectedOnly();
    }

    @Override
    public final Socket createSocket(InetAddress host, int port) {
        throw unconnectedOnly();
    }

    @Override
    public final Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw unconnectedOnly();
    }

    private static UnsupportedOperationException unconnectedOnly() {
        return new UnsupportedOperationException("the driver connects its sockets itself");
    }
}
