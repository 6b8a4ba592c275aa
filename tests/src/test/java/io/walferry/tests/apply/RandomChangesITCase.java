package io.walferry.tests.apply;

import static io.walferry.tests.apply.Changes.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.apply.TargetWriter;
import io.walferry.job.model.ChangeBlock;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.KeyGroups;
import io.walferry.job.model.Marker;
import io.walferry.job.model.StreamTable;
import io.walferry.tests.support.TestServers;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A model of a source makes random transactions on few keys, so that every order of insert, update, key change and delete
 * meets in a batch; writers come and go, in number too, and the whole stream is replayed from the start each time.
 */
class RandomChangesITCase {

    private static final StreamTable KEYED = Changes.table(
            1,
            "keyed",
            List.of(1, 0),
            "a pg_catalog.int4",
            "b pg_catalog.text",
            "c pg_catalog.text",
            "d pg_catalog.text");
    private static final StreamTable KEYLESS =
            Changes.table(2, "keyless", List.of(), "a pg_catalog.int4", "b pg_catalog.text", "c pg_catalog.text");
    private static final StreamTable SWAPPED =
            Changes.table(3, "swapped", List.of(0), "a pg_catalog.int4", "u pg_catalog.int4");

    /** One change: how to put it into a channel's block, and which key group it belongs to. */
    private record Change(long lsn, int group, java.util.function.Consumer<Changes> put) {}

    private final List<Change> stream = new ArrayList<>();
    private final TreeMap<String, String[]> keyed = new TreeMap<>();
    private final List<String[]> keyless = new ArrayList<>();
    private final int[] swapped = new int[10];
    private long lsn = 0x100;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void convergesToTheSource(long seed) throws Exception {
        Random random = new Random(seed);
        try (ApplyTarget target = new ApplyTarget(TestServers.target())) {
            target.execute("CREATE TABLE keyed (a int, b text, c text, d text, PRIMARY KEY (b, a))");
            target.execute("CREATE TABLE keyless (a int, b text, c text)");
            target.execute("CREATE TABLE swapped (a int PRIMARY KEY, u int UNIQUE)");
            target.execute("INSERT INTO swapped SELECT n, n FROM generate_series(0, 9) n");
            for (int i = 0; i < 10; i++) {
                swapped[i] = i;
            }
            int[] writerCounts = {1, 3, 1, 2, 5, 1};
            for (int round = 0; round < writerCounts.length; round++) {
                for (int i = 0; i < 60; i++) {
                    transaction(random);
                }
                boolean last = round == writerCounts.length - 1;
                run(target, writerCounts[round], random, last ? stream.size() : 0);
            }
            assertThat(target.rows("SELECT a, b, c, d FROM keyed ORDER BY b COLLATE \"C\", a"))
                    .containsExactlyInAnyOrderElementsOf(texts(keyed.values()));
            assertThat(target.rows("SELECT a, b, c FROM keyless")).containsExactlyInAnyOrderElementsOf(texts(keyless));
            for (int i = 0; i < swapped.length; i++) {
                assertThat(target.value("SELECT u FROM swapped WHERE a = " + i)).isEqualTo("" + swapped[i]);
            }
        }
    }

    /** Sends the stream from its start, each channel to an end of its own, at least up to {@code all}. */
    private void run(ApplyTarget target, int writers, Random random, int all) throws Exception {
        for (int w = 0; w < writers; w++) {
            int end = Math.max(all, stream.size() - random.nextInt(200));
            int batchRows = 1 + random.nextInt(random.nextBoolean() ? 30 : 400);
            try (TargetWriter writer = target.writer(w, writers, batchRows)) {
                Changes changes = new Changes(w);
                for (int i = 0; i < end; i++) {
                    Change change = stream.get(i);
                    changes.at(change.lsn);
                    if (KeyGroups.channelOf(change.group, writers) == w) {
                        change.put.accept(changes);
                    } else {
                        changes.skip();
                    }
                    boolean ends = i + 1 == stream.size() || stream.get(i + 1).lsn != change.lsn;
                    if (ends && writers == 1) {
                        changes.commit();
                    }
                    if (random.nextInt(20) == 0) {
                        send(writer, changes, random);
                    }
                }
                send(writer, changes, random);
                if (all > 0 || writers == 1) {
                    writer.flush();
                }
                if (all > 0) {
                    writer.write(new Marker(w, ChangePosition.endOf(lsn)));
                    writer.flush();
                }
            }
        }
    }

    private static void send(TargetWriter writer, Changes changes, Random random) throws Exception {
        ChangeBlock block = changes.block();
        writer.write(block);
        switch (random.nextInt(4)) {
            case 0 -> writer.flush();
            case 1 -> writer.linger();
            default -> {}
        }
    }

    private void transaction(Random random) {
        lsn += 1 + random.nextInt(5);
        int changes = 1 + random.nextInt(random.nextInt(10) == 0 ? 200 : 10);
        for (int i = 0; i < changes; i++) {
            switch (random.nextInt(8)) {
                case 0, 1 -> changeKeyless(random);
                case 2 -> swap(random);
                default -> changeKeyed(random);
            }
        }
    }

    private void changeKeyed(Random random) {
        String a = "" + random.nextInt(8);
        String b = "k" + random.nextInt(4);
        String key = b + "/" + a;
        String[] old = keyed.get(key);
        int group = Changes.keyGroup(KEYED, a, b);
        if (old == null) {
            String[] row = {a, b, value(random), value(random)};
            keyed.put(key, row);
            emit(group, c -> c.insert(KEYED, row));
        } else if (random.nextInt(4) == 0) {
            keyed.remove(key);
            emit(group, c -> c.delete(KEYED, a, b, null, null));
        } else if (random.nextInt(5) == 0) {
            changeKey(random, old, key, group);
        } else {
            String c = random.nextInt(3) == 0 ? UNCHANGED : value(random);
            String d = random.nextInt(3) == 0 ? UNCHANGED : value(random);
            String[] row = {a, b, c, d};
            keyed.put(key, new String[] {a, b, UNCHANGED.equals(c) ? old[2] : c, UNCHANGED.equals(d) ? old[3] : d});
            emit(group, changes -> changes.update(KEYED, row));
        }
    }

    private void changeKey(Random random, String[] old, String key, int group) {
        String a = "" + random.nextInt(8);
        String b = "k" + random.nextInt(4);
        if (keyed.containsKey(b + "/" + a)) {
            return;
        }
        keyed.remove(key);
        String[] row = {a, b, old[2], value(random)};
        keyed.put(b + "/" + a, row);
        emit(group, c -> c.delete(KEYED, old[0], old[1], null, null));
        emit(
                Changes.keyGroup(KEYED, a, b),
                c -> c.overlap(true).insert(KEYED, row).overlap(false));
    }

    private void changeKeyless(Random random) {
        int group = Changes.keyGroup(KEYLESS);
        if (keyless.isEmpty() || random.nextInt(5) < 2) {
            String[] row = {"" + random.nextInt(2), value(random), random.nextBoolean() ? null : "x"};
            keyless.add(row);
            emit(group, c -> c.insert(KEYLESS, row));
            return;
        }
        String[] old = keyless.remove(random.nextInt(keyless.size()));
        if (random.nextBoolean()) {
            emit(group, c -> c.delete(KEYLESS, old));
            return;
        }
        String[] sent = {"" + random.nextInt(2), UNCHANGED, old[2]};
        keyless.add(new String[] {sent[0], old[1], old[2]});
        emit(group, c -> c.update(KEYLESS, java.util.Arrays.asList(old), java.util.Arrays.asList(sent)));
    }

    private void swap(Random random) {
        int x = random.nextInt(10);
        int y = (x + 1 + random.nextInt(9)) % 10;
        int group = Changes.keyGroup(KEYLESS);
        int ux = swapped[x];
        int uy = swapped[y];
        swapped[x] = uy;
        swapped[y] = ux;
        emit(group, c -> c.updateIn(group, SWAPPED, "" + x, "-1"));
        emit(group, c -> c.updateIn(group, SWAPPED, "" + y, "" + ux));
        emit(group, c -> c.updateIn(group, SWAPPED, "" + x, "" + uy));
    }

    private void emit(int group, java.util.function.Consumer<Changes> put) {
        stream.add(new Change(lsn, group, put));
    }

    private static String value(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> null;
            case 1 -> "";
            case 2 -> "tab\tline\nslash\\";
            default -> "v" + random.nextInt(3);
        };
    }

    private static List<String> texts(Iterable<String[]> rows) {
        List<String> texts = new ArrayList<>();
        for (String[] row : rows) {
            List<String> values = new ArrayList<>();
            for (String value : row) {
                values.add(value == null ? "~" : value);
            }
            texts.add(String.join("|", values));
        }
        return texts;
    }
}
