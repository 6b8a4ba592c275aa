package io.walferry.job.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskFileTest {

    private static final String GOOD =
            """
            task: orders
            source:
              hostname: a.example.com
              database: shop
              username: reader
              password: ${SOURCE_PASSWORD}
            target:
              hostname: b.example.com
              port: 5433
              database: shop
              username: writer
              password: s3cret
            objects:
              schemas: [shop]
            """;

    @TempDir
    Path directory;

    private final Map<String, String> environment =
            new HashMap<>(Map.of("SOURCE_PASSWORD", "hunter2", "HOME", "/home/ann"));

    @Nested
    class AGoodFile {

        @Test
        void getsDefaultsForWhatItLeavesOut() throws IOException {
            TaskConfig config = load(GOOD);
            assertThat(config.task()).isEqualTo("orders");
            assertThat(config.source().port()).isEqualTo(5432);
            assertThat(config.target().address()).isEqualTo("b.example.com:5433/shop");
            assertThat(config.source().ssl()).isEqualTo(SslConfig.PREFER);
            assertThat(config.objects()).isEqualTo(new ObjectsConfig(List.of("shop"), List.of(), List.of()));
            assertThat(config.load()).isEqualTo(LoadConfig.DEFAULT);
            assertThat(config.apply()).isEqualTo(ApplyConfig.DEFAULT);
            assertThat(config.checkpoint())
                    .isEqualTo(new CheckpointConfig(
                            Duration.ofSeconds(5), "file:///home/ann/.local/state/walferry/orders/checkpoints"));
        }

        @Test
        void setsEveryValue() throws IOException {
            TaskConfig config = load(
                    GOOD
                            + """
                      tables: ["a.*", 'b."C.D"']
                      exclude: [shop.x]
                    load: {chunk-rows: 7, parallelism: 3}
                    apply: {writers: 1, batch-rows: 10, batch-bytes: 2MB, linger: 0ms}
                    checkpoint: {interval: 2min, directory: points}
                    """);
            assertThat(config.objects())
                    .isEqualTo(new ObjectsConfig(List.of("shop"), List.of("a.*", "b.\"C.D\""), List.of("shop.x")));
            assertThat(config.load()).isEqualTo(new LoadConfig(7, 3));
            assertThat(config.apply()).isEqualTo(new ApplyConfig(1, 10, 2_000_000, Duration.ZERO));
            assertThat(config.checkpoint())
                    .isEqualTo(new CheckpointConfig(Duration.ofMinutes(2), "file://" + directory.resolve("points")));
        }

        @Test
        void takesFromItsClassWhatItDoesNotSayItself() throws IOException {
            TaskConfig config = load(GOOD + "class: large\napply: {writers: 3}\n");
            assertThat(config.load()).isEqualTo(TaskClass.LARGE.load());
            assertThat(config.apply())
                    .isEqualTo(new ApplyConfig(
                            3,
                            TaskClass.LARGE.apply().batchRows(),
                            TaskClass.LARGE.apply().batchBytes(),
                            ApplyConfig.DEFAULT.linger()));
        }

        @Test
        void saysWhatItIsForThoseWhoHaveManyOfThem() throws IOException {
            TaskConfig config = load(GOOD + "environment: test\nlabels: {team: billing, site: b}\n");
            assertThat(config.profile().words()).containsExactly("test", "site=b", "team=billing");
        }

        @Test
        void readsTheSameFromItsJson() throws IOException {
            Path examples = Path.of("../conf");
            environment.put("SOURCE_PASSWORD", "hunter2");
            environment.put("TARGET_PASSWORD", "hunter3");
            environment.put("ALERTS_WEBHOOKS_1_URL", "https://ops.example.com/walferry");
            for (String example : List.of("everything", "mapping", "merge", "ddl")) {
                Path file = Files.copy(examples.resolve(example + ".yaml"), directory.resolve(example + ".yaml"));
                Path json = Files.writeString(
                        directory.resolve(example + ".json"),
                        TaskFile.json(file).toPrettyString());
                assertThat(TaskFile.load(json, environment::get))
                        .usingRecursiveComparison()
                        .withEqualsForType((a, b) -> a.pattern().equals(b.pattern()), Pattern.class)
                        .isEqualTo(TaskFile.load(file, environment::get));
            }
        }

        @Test
        void keepsSecretsOutOfItsJson() throws IOException {
            Path file = Files.writeString(directory.resolve("task.yaml"), GOOD);
            String json = TaskFile.json(file).toString();
            assertThat(json).contains("\"password\":\"${SOURCE_PASSWORD}\"", "\"password\":\"${TARGET_PASSWORD}\"");
            assertThat(json).doesNotContain("s3cret");
        }

        @Test
        void leavesTheAddressOfARemoteCheckpointDirectoryAlone() throws IOException {
            TaskConfig config = load(GOOD + "checkpoint: {directory: 's3://bucket/orders'}");
            assertThat(config.checkpoint().directory()).isEqualTo("s3://bucket/orders");
        }

        @Test
        void keepsTheTextOfAScalarThatLooksLikeANumber() throws IOException {
            assertThat(load(GOOD.replace("s3cret", "007")).target().password().reveal())
                    .isEqualTo("007");
        }
    }

    @Nested
    class AVariable {

        @ParameterizedTest
        @CsvSource({
            "${NAME}, value",
            "a${NAME}b, avalueb",
            "${UNSET:-other}, other",
            "${EMPTY:-other}, other",
            "${NAME:-other}, value",
            "$${NAME}, ${NAME}",
            "pa$word$, pa$word$",
            "$$$$, $$",
            "${SECOND}, ${NAME}",
        })
        void isReplaced(String written, String expected) throws IOException {
            environment.putAll(Map.of("NAME", "value", "EMPTY", "", "SECOND", "${NAME}"));
            assertThat(load(GOOD.replace("s3cret", "'" + written + "'"))
                            .target()
                            .password()
                            .reveal())
                    .isEqualTo(expected);
        }

        @Test
        void mayBeANumber() throws IOException {
            environment.put("PORT", "6000");
            assertThat(load(GOOD.replace("5433", "${PORT}")).target().port()).isEqualTo(6000);
        }

        @Test
        void thatIsUnsetIsNamed() {
            environment.remove("SOURCE_PASSWORD");
            assertProblems(
                    GOOD,
                    "line 6: source.password needs the environment variable SOURCE_PASSWORD, which is not set: export it");
        }

        @Test
        void thatIsMalformedIsAProblem() {
            assertProblems(
                    GOOD.replace("${SOURCE_PASSWORD}", "'${SOURCE PASSWORD}'"),
                    "line 6: source.password has a ${ that begins no variable: write ${NAME} or ${NAME:-default}, and"
                            + " $${ for the text itself");
        }

        @Test
        void isNotShownWhenItDoesNotFit() {
            environment.put("PORT", "topsecret");
            assertProblems(
                    GOOD.replace("5433", "${PORT}"),
                    "line 9: target.port gets a value from ${PORT} that does not fit: set it to a whole number");
        }
    }

    @Nested
    class ASecret {

        @Test
        void isReadFromAFileWithoutItsLastLineBreak() throws IOException {
            Files.writeString(directory.resolve("password"), "line one\nline two\n");
            assertThat(load(GOOD.replace("s3cret", "file:password"))
                            .target()
                            .password()
                            .reveal())
                    .isEqualTo("line one\nline two");
        }

        @Test
        void inAVariableIsNotTakenForAFile() throws IOException {
            environment.put("SOURCE_PASSWORD", "file:/etc/hostname");
            assertThat(load(GOOD).source().password().reveal()).isEqualTo("file:/etc/hostname");
        }

        @Test
        void inAnUnreadableFileIsAProblem() {
            assertProblems(
                    GOOD.replace("s3cret", "file:nowhere"),
                    "line 12: target.password names the file " + directory.resolve("nowhere")
                            + ", which cannot be read: check path and rights");
        }

        @Test
        void mayBeEmptyIfItSaysSo() throws IOException {
            assertThat(load(GOOD.replace("s3cret", "\"\"")).target().password().reveal())
                    .isEmpty();
        }

        @Test
        void isNeverPrinted() throws IOException {
            assertThat(load(GOOD).toString())
                    .doesNotContain("hunter2", "s3cret")
                    .contains("******");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "password: [s3cret]",
                    "password: {s3cret: 1}",
                    "password: 's3cret",
                    "password: *s3cret",
                    "password: @s3cret",
                    "password: !s3cret!x y",
                    "password: \"\\s3cret\"",
                    "password: %s3cret: x",
                    "port: s3cret-${SOURCE_PASSWORD}",
                })
        void doesNotLeakIntoAProblem(String line) {
            TaskFileException failure = failure(GOOD.replace("password: s3cret", line));
            assertThat(failure).hasMessageNotContaining("hunter2").hasNoCause();
            if (line.startsWith("password")) {
                assertThat(failure).hasMessageNotContaining("s3cret");
            }
        }
    }

    @Nested
    class ABadFile {

        @Test
        void tellsAllItsProblemsAtOnce() {
            assertThatThrownBy(
                            () -> load(
                                    GOOD.replace("username: reader\n", "usrname: reader\n")
                                            + """
                            aply:
                              writers: 2
                            apply:
                              batch-rows: 0
                              batch_bytes: 5
                              linger: 20
                            """))
                    .isInstanceOf(TaskFileException.class)
                    .hasMessage(
                            """
                            %s has 6 problems:
                              line 2: source.username is missing: add it
                              line 5: source.usrname is unknown: did you mean username?
                              line 15: aply is unknown: did you mean apply?
                              line 18: apply.batch-rows is 0: set it to 1 or more
                              line 19: apply.batch_bytes is unknown: did you mean batch-bytes?
                              line 20: apply.linger is 20: set it to a whole number with a unit (ms, s, min, h), for example 20ms"""
                                    .formatted(directory.resolve("task.yaml")));
        }

        @Test
        void missesWholeSections() {
            assertProblems(
                    "task: orders",
                    "source is missing: add it",
                    "target is missing: add it",
                    "objects is missing: add it");
        }

        @Test
        void hasAKeyTwice() {
            assertProblems(GOOD + "task: other", "line 15: task stands here again: it is already on line 1");
        }

        @Test
        void listsWhatIsKnownWhereNothingIsNear() {
            assertProblems(
                    GOOD + "load: {colour: red}",
                    "line 15: load.colour is unknown: known here: chunk-rows, parallelism");
        }

        @Test
        void hasSectionsWhereValuesBelongAndTheOtherWayRound() {
            assertProblems(
                    GOOD.replace("port: 5433", "port: {number: 5433}").replace("[shop]", "shop") + "apply: 5\n",
                    "line 9: target.port is a section: give a single value",
                    "line 14: objects.schemas is a single value: write a list, for example [a, b]",
                    "line 15: apply is a single value: put its keys below it, indented");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                apply: {writers: two}          | apply.writers is two: set it to a whole number
                apply: {writers: 129}          | apply.writers is 129: set it to 128 or less
                apply: {writers: }             | apply.writers has no value: give it one, or leave the key out
                apply: {writers: -1}           | apply.writers is -1: set it to 1 or more
                apply: {batch-bytes: 2GiB}     | apply.batch-bytes is 2GiB: set it to 1GiB or less
                apply: {linger: 2min}          | apply.linger is 2min: set it to 1min or less
                checkpoint: {interval: 99999999999999999h} | checkpoint.interval is 99999999999999999h: set it to 1h or less
                checkpoint: {interval: 5 sec}  | checkpoint.interval is 5 sec: set it to a whole number with a unit (ms, s, min, h), for example 5s
                """)
        void hasABadValue(String line, String problem) {
            assertProblems(GOOD + line, "line 15: " + problem);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                Orders     | task is no name: use lower-case letters, digits and _, at most 40 of them
                a-b        | task is no name: use lower-case letters, digits and _, at most 40 of them
                ''         | task has no value: give it one, or leave the key out
                '""'       | task is empty: give it a value
                """)
        void hasABadName(String name, String problem) {
            assertProblems(GOOD.replace("orders", name), "line 1: " + problem);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                'schemas: [a.b]'      | schemas has a.b: write one name, for example shop or "My Schema" or shop_*
                'tables: [orders]'    | tables has orders: write schema.table, for example shop.orders or shop.* or shop."My Table"
                'tables: [shop.Orders]' | tables has shop.Orders: PostgreSQL folds unquoted capitals: put the name in double quotes, or write it in lower case
                """)
        void hasABadPattern(String line, String problem) {
            assertProblems(GOOD.replace("schemas: [shop]", line), "line 14: objects." + problem);
        }

        @Test
        void namesNoTable() {
            assertProblems(
                    GOOD.replace("schemas: [shop]", "exclude: [shop.x]"),
                    "line 13: objects has no table: list some under schemas or tables");
        }

        @Test
        void wouldCopyADatabaseOntoItself() {
            assertProblems(
                    GOOD.replace("b.example.com", "a.example.com").replace("5433", "5432"),
                    "line 7: target is the same database as source: name another one");
        }

        @Test
        void hasAUrlForAHost() {
            assertProblems(
                    GOOD.replace("b.example.com", "jdbc:postgresql://b/x"),
                    "line 8: target.hostname is no host name or address: no URL, list or socket path");
        }

        @Test
        void isNoYaml() {
            assertProblems(
                    "task: orders\n\tsource: x",
                    "line 2: not valid YAML: found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation)");
        }

        @Test
        void isEmpty() {
            assertProblems("# nothing\n", "the file is empty: it needs task, source, target and objects");
        }

        @Test
        void hasTwoDocuments() {
            assertProblems(GOOD + "---\ntask: b\n", "line 16: a second document begins: a task file has one");
        }

        @Test
        void isNotThere() {
            assertThatThrownBy(() -> TaskFile.load(directory.resolve("no.yaml"), environment::get))
                    .hasMessageEndingWith("no.yaml has 1 problem:\n  there is no such file: check the path");
        }
    }

    @Nested
    class Tls {

        @Test
        void takesItsFilesFromBesideTheTaskFile() throws IOException {
            Files.writeString(directory.resolve("ca.pem"), "");
            TaskConfig config = load(GOOD.replace("port: 5433", "ssl: {mode: verify-full, ca-certificate: ca.pem}"));
            assertThat(config.target().ssl())
                    .isEqualTo(new SslConfig(
                            "verify-full", directory.resolve("ca.pem").toString(), null, null, null));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                mode: on                                | mode is none of disable, allow, prefer, require, verify-ca, verify-full
                mode: verify-ca                         | ca-certificate is missing: mode verify-ca needs it
                mode: disable, ca-certificate: task.yaml | ca-certificate has no use with mode disable: leave it out
                mode: require, client-key: task.yaml    | client-certificate is missing: client-key needs it, unless it is a .p12 or .pfx file
                mode: require, client-certificate: task.yaml | client-key is missing: client-certificate needs it
                """)
        void refusesWhatDoesNotGoTogether(String section, String problem) {
            assertProblems(GOOD.replace("port: 5433", "ssl: {" + section + "}"), "line 9: target.ssl." + problem);
        }

        @Test
        void missesAFile() {
            assertProblems(
                    GOOD.replace("port: 5433", "ssl: {mode: verify-ca, ca-certificate: no.pem}"),
                    "line 9: target.ssl.ca-certificate names the file " + directory.resolve("no.pem")
                            + ", which cannot be read: check path and rights");
        }
    }

    @Nested
    class Alerts {

        @Test
        void haveDefaultsForAllButWhoIsTold() throws IOException {
            environment.put("HOOK", "https://ops.example.com/t0ken");
            AlertsConfig alerts =
                    load(GOOD + "alerts: {webhooks: [{url: '${HOOK}'}]}").alerts();
            assertThat(alerts.rules()).isEqualTo(AlertsConfig.AlertRules.DEFAULT);
            assertThat(alerts.webhooks().get(0).url().reveal()).isEqualTo("https://ops.example.com/t0ken");
            assertThat(alerts.toString()).doesNotContain("t0ken");
            assertThat(load(GOOD).alerts().isEmpty()).isTrue();
        }

        @Test
        void takeThePortOfTheirWayToTheMailServer() throws IOException {
            String mail = "alerts: {mail: {hostname: m, tls: %s, from: a@b, to: [c@d]}}";
            assertThat(load(GOOD + mail.formatted("tls")).alerts().mail().port())
                    .isEqualTo(465);
            assertThat(load(GOOD + mail.formatted("none")).alerts().mail().port())
                    .isEqualTo(25);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                lag: 5s                          | alerts tells nobody: name webhooks, mail or command
                webhooks: [{format: slack}]      | alerts.webhooks[1].url is missing: add it
                'webhooks: [{url: t0ken}]' | alerts.webhooks[1].url is no address: write https://… (it is not shown here, as it may hold a token)
                'webhooks: [{url: ftp://t0ken}]' | alerts.webhooks[1].url is no address: write https://… (it is not shown here, as it may hold a token)
                'webhooks: [{url: http://a, secret: x}]' | alerts.webhooks[1].secret has no use with format json: leave it out
                'webhooks: [{url: http://a, format: teams}]' | alerts.webhooks[1].format is none of json, slack, dingtalk
                'mail: {hostname: m, from: a@b}' | alerts.mail.to names nobody: write a list of mail addresses
                'mail: {hostname: m, from: ab, to: [c@d]}' | alerts.mail.from is no mail address: write name@example.com
                'mail: {hostname: m, from: a@b, to: [c@d], username: u}' | alerts.mail.password and username belong together: give both or none
                'mail: {hostname: m, from: a@b, to: [c@d], username: u, password: p, tls: none}' | alerts.mail.tls is none, and a password must not go over the wire as it is: use starttls or tls
                'command: [page], lag: soon'     | alerts.lag is soon: set it to a whole number with a unit (ms, s, min, h), for example 1min
                'command: [page], slot-percent: 101' | alerts.slot-percent is 101: set it to 100 or less
                'command: [page], lagg: 5s'      | alerts.lagg is unknown: did you mean lag?
                """)
        void areRefusedWithWhatIsWrong(String section, String problem) {
            assertProblems(GOOD + "alerts: {" + section + "}", "line 15: " + problem);
        }
    }

    private void assertProblems(String yaml, String... problems) {
        assertThat(failure(yaml).problems()).containsExactly(problems);
    }

    private TaskFileException failure(String yaml) {
        return catchThrowableOfType(TaskFileException.class, () -> load(yaml));
    }

    private TaskConfig load(String yaml) throws IOException {
        Path file = directory.resolve("task.yaml");
        Files.writeString(file, yaml);
        return TaskFile.load(file, environment::get);
    }

    @Test
    void changesOfStructureHavePoliciesByKindSchemaAndTable() throws IOException {
        DdlConfig ddl = load(GOOD
                        + """
                        ddl:
                          index: ignore
                          schemas:
                            archive_*: ignore
                          tables:
                            shop.orders: {default: stop, drop-table: apply}
                        """)
                .ddl();
        assertThat(ddl.follows()).isTrue();
        assertThat(ddl.all().of("CREATE INDEX")).contains(DdlPolicy.IGNORE);
        assertThat(ddl.all().of("ALTER TABLE")).contains(DdlPolicy.APPLY);
        assertThat(ddl.schemas()).extracting(DdlConfig.Some::pattern).containsExactly("archive_*");
        assertThat(ddl.tables().get(0).choice().of("DROP TABLE")).contains(DdlPolicy.APPLY);
        assertThat(ddl.tables().get(0).choice().of("CREATE INDEX")).contains(DdlPolicy.STOP);

        assertThatThrownBy(
                        () -> load(
                                GOOD
                                        + """
                        ddl:
                          indexes: ignore
                          schemas: {archive.old: ignore}
                          tables: {orders: ignore, shop.Orders: apply, shop.items: {view: sometimes}}
                        """))
                .hasMessageContaining("ddl.indexes is no kind of change")
                .hasMessageContaining("ddl.schemas.archive.old is no name: write one name")
                .hasMessageContaining("ddl.tables.orders is no name: write schema.table")
                .hasMessageContaining("put the name in double quotes")
                .hasMessageContaining("ddl.tables.shop.items.view");
    }
}
