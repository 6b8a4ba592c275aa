package io.walferry.tests.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A network between a task and a server: it can stand still, as if every packet were lost on the way, and lose its connections. */
public final class FreezingProxy implements AutoCloseable {

    private final ServerSocket entrance;
    private final int exitPort;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private boolean frozen;

    /** @param exitPort of the server, on this machine */
    public FreezingProxy(int exitPort) throws IOException {
        this.exitPort = exitPort;
        this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    /** Where to connect to instead of the server. */
    public int port() {
        return entrance.getLocalPort();
    }

    public synchronized void freeze() {
        frozen = true;
    }

    public synchronized void thaw() {
        frozen = false;
        notifyAll();
    }

    /** Closes all connections. */
    public void cut() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private synchronized void awaitThaw() throws InterruptedException {
        while (frozen) {
            wait();
        }
    }

    private void accept() throws IOException, InterruptedException {
        while (true) {
            Socket client = entrance.accept();
            sockets.add(client);
            start(() -> {
                awaitThaw();
                lead(client);
            });
        }
    }

    private void lead(Socket client) throws IOException, InterruptedException {
        try (client;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), exitPort)) {
            sockets.add(server);
            start(() -> carry(client, server));
            carry(server, client);
        }
    }

    private void carry(Socket from, Socket to) throws IOException, InterruptedException {
        byte[] buffer = new byte[64 << 10];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                awaitThaw();
                out.write(buffer, 0, count);
            }
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // The connection is closed, by one side or by cut().
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        thaw();
        cut();
    }
}
