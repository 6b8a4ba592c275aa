package io.walferry.job.config;

import java.nio.file.Path;
import java.util.function.Function;

/**
 * Where a task keeps its files on this machine unless its file says otherwise: {@code $XDG_STATE_HOME/walferry/<task>}, by
 * default {@code ~/.local/state/walferry/<task>}.
 */
public final class StateHome {

    private StateHome() {}

    /** @param environment value of a variable, null if it is not set */
    public static Path of(String task, Function<String, String> environment) {
        return base(environment).resolve("walferry").resolve(task);
    }

    private static Path base(Function<String, String> environment) {
        String state = environment.apply("XDG_STATE_HOME");
        // The specification has relative paths ignored.
        if (state != null && Path.of(state).isAbsolute()) {
            return Path.of(state);
        }
        String home = environment.apply("HOME");
        return Path.of(home == null || home.isEmpty() ? System.getProperty("user.home") : home, ".local", "state");
    }
}
