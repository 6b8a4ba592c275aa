package io.walferry.tests.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Walferry and native replication, each with a loaded copy of its own, both paused. */
final class Followers implements AutoCloseable {

    private static final int NUMBER = 1_000;

    private final List<Follower> all;

    private Followers(List<Follower> all) {
        this.all = all;
    }

    static Followers load(Field field, Report report) throws SQLException, IOException, InterruptedException {
        Followers followers = new Followers(List.of(new Walferry(field, NUMBER), new NativeReplication(field, NUMBER)));
        try {
            for (Follower follower : followers.all) {
                LoadTime time = follower.load(field.servers().target().newDatabase(follower.name()));
                follower.pause();
                report.detail("%s loaded in %.2f s, and paused", follower.name(), time.seconds());
            }
            return followers;
        } catch (SQLException | IOException | InterruptedException | RuntimeException e) {
            followers.close();
            throw e;
        }
    }

    /** In an order that changes with the run. */
    List<Follower> inOrderOf(int run) {
        List<Follower> ordered = new ArrayList<>(all);
        Collections.rotate(ordered, run - 1);
        return ordered;
    }

    @Override
    public void close() throws SQLException, IOException {
        for (Follower follower : all) {
            follower.close();
        }
    }
}
