package io.walferry.job.source.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.model.ReplicaIdentity;
import io.walferry.job.model.TableId;
import io.walferry.job.source.wal.PgOutputHandler.OldTuple;
import io.walferry.job.source.wal.RelationMessage.RelationColumn;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChangedKeysTest {

    private static final TableId ITEM = new TableId("public", "item");
    private static final TableId NOTE = new TableId("public", "note");
    private static final int ITEM_OID = 1;
    private static final int NOTE_OID = 2;

    private final ChangedKeys keys = new ChangedKeys(4);

    @BeforeEach
    void watchTwoTables() {
        keys.watch(Map.of(ITEM, List.of("b", "a"), NOTE, List.of("a")));
        for (int oid : new int[] {ITEM_OID, NOTE_OID}) {
            keys.relation(new RelationMessage(
                    oid,
                    oid == ITEM_OID ? ITEM : NOTE,
                    ReplicaIdentity.DEFAULT,
                    List.of(
                            new RelationColumn("a", true, 23),
                            new RelationColumn("b", oid == ITEM_OID, 23),
                            new RelationColumn("v", false, 25))));
        }
    }

    @Test
    void tellsEachKeyOnceInTheOrderOfTheKeysColumns() {
        keys.insert(ITEM_OID, tuple("1", "x", "v"));
        keys.update(ITEM_OID, OldTuple.ABSENT, tuple(), tuple("1", "x", "w"));
        assertThat(taken(ITEM).keys()).containsExactly(List.of("x", "1"));
        assertThat(keys.take(Set.of(ITEM, NOTE))).isEmpty();
    }

    @Test
    void tellsBothKeysOfARowWhoseKeyChanges() {
        keys.update(ITEM_OID, OldTuple.KEY, tuple("1", "x", null), tuple("2", "x", "v"));
        keys.delete(NOTE_OID, OldTuple.KEY, tuple("7", null, null));
        assertThat(taken(ITEM).keys()).containsExactlyInAnyOrder(List.of("x", "1"), List.of("x", "2"));
        assertThat(taken(NOTE).keys()).containsExactly(List.of("7"));
    }

    @Test
    void forgetsTheKeysOfTheTableWithTheMostWhenThereAreTooMany() {
        for (int i = 0; i < 4; i++) {
            keys.insert(NOTE_OID, tuple("" + i, null, null));
        }
        keys.insert(ITEM_OID, tuple("1", "x", "v"));
        keys.insert(NOTE_OID, tuple("9", null, null));
        assertThat(taken(ITEM).whole()).isFalse();
        assertThat(taken(NOTE)).isEqualTo(new ChangedRows.Changes(List.of(), true));
        keys.insert(NOTE_OID, tuple("9", null, null));
        assertThat(taken(NOTE).keys()).containsExactly(List.of("9"));
    }

    @Test
    void asksForTheWholeTableWhereAKeyIsNotTold() {
        keys.update(ITEM_OID, OldTuple.ABSENT, tuple(), tuple("1", "unchanged", "v"));
        assertThat(taken(ITEM).whole()).isTrue();
        keys.watch(Map.of(ITEM, List.of("v"), NOTE, List.of()));
        keys.delete(ITEM_OID, OldTuple.KEY, tuple("1", "x", "not of the replica identity"));
        keys.insert(NOTE_OID, tuple("1", "x", "v"));
        assertThat(taken(ITEM).whole()).isTrue();
        assertThat(taken(NOTE).whole()).isTrue();
    }

    @Test
    void asksForTheWholeTableAfterATruncate() {
        keys.insert(ITEM_OID, tuple("1", "x", "v"));
        keys.truncate(new int[] {ITEM_OID}, false);
        assertThat(taken(ITEM).whole()).isTrue();
    }

    @Test
    void takesNoNoticeOfTablesThatNobodyWatches() {
        keys.watch(Map.of(NOTE, List.of("a")));
        keys.insert(ITEM_OID, tuple("1", "x", "v"));
        keys.truncate(new int[] {ITEM_OID}, false);
        assertThat(keys.take(Set.of(ITEM))).isEmpty();
    }

    private ChangedRows.Changes taken(TableId table) {
        return keys.take(Set.of(table)).get(table);
    }

    /** NULL where a value is null, an unchanged TOAST value where it says so. */
    private static Tuple tuple(String... values) {
        ByteBuffer bytes = ByteBuffer.allocate(200).putShort((short) values.length);
        for (String value : values) {
            if (value == null) {
                bytes.put((byte) 'n');
            } else if (value.equals("unchanged")) {
                bytes.put((byte) 'u');
            } else {
                byte[] text = value.getBytes(StandardCharsets.UTF_8);
                bytes.put((byte) 't').putInt(text.length).put(text);
            }
        }
        Tuple tuple = new Tuple();
        tuple.scan(bytes.array(), 0, bytes.position());
        return tuple;
    }
}
