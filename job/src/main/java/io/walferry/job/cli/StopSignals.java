package io.walferry.job.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.TimeUnit;

/**
 * SIGINT, SIGTERM and SIGHUP: the first asks the main thread to stop, by an interrupt; the second ends the process at once. Should
 * stopping not get through, the process ends by itself: nothing is lost by it, the next run goes on from what is committed.
 */
final class StopSignals {

    private static final long LIMIT_SECONDS = 15;

    private final Thread main;
    private final Screen screen;
    private volatile boolean requested;

    private StopSignals(Thread main, Screen screen) {
        this.main = main;
        this.screen = screen;
    }

    /** The calling thread is the one that is interrupted. */
    static StopSignals install(Screen screen) {
        StopSignals signals = new StopSignals(Thread.currentThread(), screen);
        handle("INT", signals::received);
        handle("TERM", signals::received);
        handle("HUP", signals::received);
        return signals;
    }

    /** Somebody has asked to stop; an interrupt follows or has been seen. */
    boolean requested() {
        return requested;
    }

    private synchronized void received() {
        if (requested) {
            Runtime.getRuntime().halt(Walferry.INTERRUPTED);
        }
        requested = true;
        screen.say("stopping (once more to stop at once)");
        Thread limit = new Thread(this::endInTime, "walferry-stop-limit");
        limit.setDaemon(true);
        limit.start();
        main.interrupt();
    }

    private void endInTime() {
        try {
            TimeUnit.SECONDS.sleep(LIMIT_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        screen.complain("Stopping took longer than " + LIMIT_SECONDS + " s: ended without it. Nothing is lost.");
        Runtime.getRuntime().halt(Walferry.FAILED);
    }

    /** By reflection: the class belongs to the JDK's own, which the compiler warns of without a way to say "I know". */
    private static void handle(String signal, Runnable reaction) {
        try {
            Class<?> signalClass = Class.forName("sun.misc.Signal");
            Class<?> handlerClass = Class.forName("sun.misc.SignalHandler");
            Object handler = Proxy.newProxyInstance(
                    StopSignals.class.getClassLoader(), new Class<?>[] {handlerClass}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            reaction.run();
                            return null;
                        }
                        return switch (method.getName()) {
                            case "equals" -> proxy == arguments[0];
                            case "hashCode" -> System.identityHashCode(proxy);
                            default -> "SIG" + signal;
                        };
                    });
            signalClass
                    .getMethod("handle", signalClass, handlerClass)
                    .invoke(null, signalClass.getConstructor(String.class).newInstance(signal), handler);
        } catch (ReflectiveOperationException e) {
            if (e instanceof InvocationTargetException invocation
                    && invocation.getCause() instanceof IllegalArgumentException) {
                // The signal is the JVM's or ignored by the parent (nohup): it keeps its meaning.
                return;
            }
            throw new IllegalStateException("This Java lacks sun.misc.Signal", e);
        }
    }
}
