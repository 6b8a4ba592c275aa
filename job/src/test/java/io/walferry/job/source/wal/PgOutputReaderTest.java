package io.walferry.job.source.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.walferry.job.failure.SyncException;
import io.walferry.job.model.Lsn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Decodes what a server of version 17 sent for {@code public.t (id int PRIMARY KEY, v text, big text)}; kinds of messages that it
 * does not send here are written after the documentation.
 */
class PgOutputReaderTest {

    private static final String BEGIN = "42 00000000019008c8 000303e0e0242d96 000002e6";

    private static final class Recorder implements PgOutputHandler {

        private final List<String> messages = new ArrayList<>();

        @Override
        public void begin(long commitLsn, long commitTimeMicros, int xid) {
            messages.add("begin " + Lsn.format(commitLsn) + " " + commitTimeMicros + " " + xid);
        }

        @Override
        public void origin(String name) {
            messages.add("origin " + name);
        }

        @Override
        public void message(String prefix, String content) {
            messages.add("message " + prefix + " " + content);
        }

        @Override
        public void commit(long commitLsn, long endLsn) {
            messages.add("commit " + Lsn.format(commitLsn) + " " + Lsn.format(endLsn));
        }

        @Override
        public void relation(RelationMessage relation) {
            messages.add(
                    relation.oid() + " " + relation.id() + " " + relation.replicaIdentity() + " " + relation.columns());
        }

        @Override
        public void insert(int relation, Tuple row) {
            messages.add("insert " + relation + text(row));
        }

        @Override
        public void update(int relation, OldTuple oldKind, Tuple old, Tuple row) {
            messages.add(
                    "update " + relation + " " + oldKind + (oldKind == OldTuple.ABSENT ? "" : text(old)) + text(row));
        }

        @Override
        public void delete(int relation, OldTuple oldKind, Tuple old) {
            messages.add("delete " + relation + " " + oldKind + text(old));
        }

        @Override
        public void truncate(int[] relations, boolean restartIdentity) {
            messages.add("truncate " + Arrays.toString(relations) + " " + restartIdentity);
        }

        private static String text(Tuple tuple) {
            StringBuilder text = new StringBuilder(" (");
            for (int i = 0; i < tuple.columns(); i++) {
                text.append(i == 0 ? "" : ", ");
                if (tuple.isText(i)) {
                    text.append(new String(tuple.text(i), StandardCharsets.UTF_8));
                } else {
                    text.append(tuple.isUnchanged(i) ? "unchanged" : "NULL");
                }
            }
            return text.append(')').toString();
        }
    }

    private static List<String> read(String... messages) throws Exception {
        Recorder recorder = new Recorder();
        PgOutputReader reader = new PgOutputReader(recorder);
        for (String message : messages) {
            byte[] bytes = HexFormat.of().parseHex("ffff" + message.replace(" ", ""));
            reader.read(bytes, 2, bytes.length);
        }
        return recorder.messages;
    }

    @Test
    void readsATransactionsEnds() throws Exception {
        assertThat(read(BEGIN, "43 00 00000000019008c8 00000000019008f8 000303e0e0242d96"))
                .containsExactly("begin 0/19008C8 1795374098156950 742", "commit 0/19008C8 0/19008F8");
    }

    @Test
    void readsARelation() throws Exception {
        assertThat(read("52 00004005 7075626c696300 7400 64 0003 01 696400 00000017 ffffffff"
                        + " 00 7600 00000019 ffffffff 00 62696700 00000019 ffffffff"))
                .containsExactly("16389 public.t DEFAULT [RelationColumn[name=id, identity=true, type=23],"
                        + " RelationColumn[name=v, identity=false, type=25],"
                        + " RelationColumn[name=big, identity=false, type=25]]");
    }

    @Test
    void readsRows() throws Exception {
        assertThat(read(
                        "49 00004005 4e 0003 74 00000001 31 74 00000002 c3a4 6e",
                        "55 00004005 4e 0003 74 00000001 32 6e 75",
                        "55 00004005 4b 0003 74 00000001 32 6e 6e 4e 0003 74 00000001 33 6e 75",
                        "55 00004005 4f 0003 74 00000001 37 74 00000001 78 74 00000001 79"
                                + " 4e 0003 74 00000001 37 74 00000001 7a 74 00000001 79",
                        "44 00004005 4b 0003 74 00000001 31 6e 6e",
                        "44 00004005 4f 0003 74 00000001 37 74 00000001 7a 74 00000001 79"))
                .containsExactly(
                        "insert 16389 (1, ä, NULL)",
                        "update 16389 ABSENT (2, NULL, unchanged)",
                        "update 16389 KEY (2, NULL, NULL) (3, NULL, unchanged)",
                        "update 16389 FULL (7, x, y) (7, z, y)",
                        "delete 16389 KEY (1, NULL, NULL)",
                        "delete 16389 FULL (7, z, y)");
    }

    @Test
    void readsTruncates() throws Exception {
        assertThat(read("54 00000002 01 00004005 00004006", "54 00000001 02 00004005"))
                .containsExactly("truncate [16389, 16390] false", "truncate [16389] true");
    }

    @Test
    void passesTypesOver() throws Exception {
        assertThat(read("59 00004010 7075626c696300 6d6f6f6400")).isEmpty();
    }

    @Test
    void readsWhoseATransactionIs() throws Exception {
        assertThat(read(
                        "4f 0000000000000000 6f7267 00",
                        "4d 01 0000000001900800 77616c666572727900 00000004 73686f70",
                        "4d 00 0000000001900800 77616c666572727900 00000004 73686f70"))
                .containsExactly("origin org", "message walferry shop");
    }

    @Test
    void refusesWhatTheProtocolVersionDoesNotHave() {
        assertThatThrownBy(() -> read("53 00000001 01"))
                .isInstanceOf(SyncException.class)
                .hasMessageContaining("unknown kind 'S'");
        assertThatThrownBy(() -> read("49 00004005 4e 0001 62 00000001 31"))
                .isInstanceOf(SyncException.class)
                .hasMessageContaining("a column has the kind 'b'");
    }

    @Test
    void refusesMessagesThatAreCutShort() {
        assertThatThrownBy(() -> read("49 00004005 4e 0001 74 000000ff 31"))
                .isInstanceOf(SyncException.class)
                .hasMessageContaining("a message of kind 'I' and 14 bytes is cut short");
        assertThatThrownBy(() -> read(BEGIN.substring(0, 20)))
                .isInstanceOf(SyncException.class)
                .hasMessageContaining("is cut short");
    }
}
