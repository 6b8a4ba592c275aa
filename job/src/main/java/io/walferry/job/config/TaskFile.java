package io.walferry.job.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.walferry.job.failure.CheckItem;
import io.walferry.job.model.KeyGroups;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The task file: YAML into a {@link TaskConfig}. A bad value is refused with its line, never corrected. */
public final class TaskFile {

    private static final int GIB = 1 << 30;
    private static final Duration LEAST_RETRY = Duration.ofSeconds(1);
    private static final Duration MOST_RETRY = Duration.ofMinutes(1_440);
    private static final long MOST_PER_SECOND = 1_000_000_000_000L;

    private final Path file;
    private final Function<String, String> environment;
    private final Problems problems = new Problems();

    private TaskFile(Path file, Function<String, String> environment) {
        this.file = file;
        this.environment = environment;
    }

    /**
     * Reads the file and everything that it names: environment variables, secret files, certificates.
     *
     * @param environment value of a variable, null if it is not set
     * @throws TaskFileException with all problems of the file
     */
    public static TaskConfig load(Path file, Function<String, String> environment) {
        return new TaskFile(file, environment).load();
    }

    /**
     * The file as JSON: what it says, not what that means. Secrets that it holds are left out.
     *
     * @throws TaskFileException if the file cannot be read or is no YAML
     */
    public static JsonNode json(Path file) {
        TaskFile read = new TaskFile(file, variable -> null);
        Optional<YamlNode> root = YamlReader.read(read.content(), read.problems);
        read.problems.throwIfAny(file);
        return TaskFileJson.of(root.orElseThrow());
    }

    private TaskConfig load() {
        Optional<YamlNode> root = YamlReader.read(content(), problems);
        Path directory = file.toAbsolutePath().normalize().getParent();
        Optional<TaskConfig> config = root.flatMap(
                node -> task(Section.root(node, new Section.Context(directory, new Variables(environment), problems))));
        problems.throwIfAny(file);
        return config.orElseThrow();
    }

    private String content() {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (NoSuchFileException e) {
            throw new TaskFileException(file, List.of("there is no such file: check the path"));
        } catch (CharacterCodingException e) {
            throw new TaskFileException(file, List.of("the file is not UTF-8: save it as such"));
        } catch (IOException e) {
            throw new TaskFileException(file, List.of("the file cannot be read: check its rights"));
        }
    }

    private Optional<TaskConfig> task(Section root) {
        String task = root.requiredText(
                "task", TaskConfig::isName, "is no name: use lower-case letters, digits and _, at most 40 of them");
        Optional<Source> source = root.requiredSection(
                "source", section -> new Source(OriginsConfig.read(section), EndpointReader.read(section)));
        Optional<Endpoint> target = root.requiredSection("target", EndpointReader::read);
        Optional<ObjectsConfig> objects = root.requiredSection("objects", TaskFile::objects);
        TaskProfile profile = TaskProfile.read(root);
        LoadConfig load = load(root.section("load"), profile.taskClass().load());
        ApplyConfig apply = apply(root.section("apply"), profile.taskClass().apply());
        CheckpointConfig checkpoint = checkpoint(root.section("checkpoint"), task);
        MappingConfig mapping = MappingReader.read(root);
        PhasesConfig phases = phases(root.section("phases"));
        PrecheckConfig precheck = precheck(root.section("precheck"));
        EtlConfig etl = etl(root.section("etl"));
        VerifyConfig verify = VerifyReader.read(root.section("verify"));
        ThrottleConfig throttle = throttle(root.section("throttle"));
        RetryConfig retry = retry(root.section("retry"));
        DdlConfig ddl = DdlReader.read(root);
        AlertsConfig alerts = AlertsReader.read(root.section("alerts"));
        MetricsConfig metrics = metrics(root.section("metrics"));
        CutoverConfig cutover = CutoverConfig.read(root.section("cutover"));
        root.refuseUnknownKeys();
        if (source.isEmpty() || target.isEmpty() || objects.isEmpty()) {
            return Optional.empty();
        }
        if (source.get().endpoint().address().equalsIgnoreCase(target.get().address())) {
            root.problem("target", "is the same database as source: name another one");
        }
        return Optional.of(new TaskConfig(
                task,
                source.get().endpoint(),
                target.get(),
                objects.get(),
                load,
                apply,
                checkpoint,
                mapping,
                phases,
                precheck,
                etl,
                verify,
                throttle,
                retry,
                ddl,
                alerts,
                metrics,
                profile,
                cutover,
                source.get().origins()));
    }

    private record Source(OriginsConfig origins, Endpoint endpoint) {}

    private static PhasesConfig phases(Section section) {
        PhasesConfig phases = new PhasesConfig(section.flag("schema", true), section.flag("load", true));
        if (section.has("changes") && !section.flag("changes", true)) {
            section.problem("changes", "is false: changes are what a task is for, leave the key out");
        }
        section.refuseUnknownKeys();
        return phases;
    }

    private static ObjectsConfig objects(Section section) {
        ObjectsConfig objects = new ObjectsConfig(
                section.texts("schemas", PatternSyntax::remedyForSchema),
                section.texts("tables", PatternSyntax::remedyForTable),
                section.texts("exclude", PatternSyntax::remedyForTable),
                section.texts("views", PatternSyntax::remedyForTable),
                section.texts("routines", PatternSyntax::remedyForTable),
                section.texts("triggers", PatternSyntax::remedyForTable),
                section.yes("grants"));
        section.refuseUnknownKeys();
        if (objects.schemas().isEmpty() && objects.tables().isEmpty()) {
            section.problem("has no table: list some under schemas or tables");
        }
        return objects;
    }

    private static LoadConfig load(Section section, LoadConfig byDefault) {
        LoadConfig load =
                new LoadConfig(section.wholeNumber("chunk-rows", byDefault.chunkRows(), 1, 1_000_000_000L), (int)
                        section.wholeNumber("parallelism", byDefault.parallelism(), 1, KeyGroups.COUNT));
        section.refuseUnknownKeys();
        return load;
    }

    private static ApplyConfig apply(Section section, ApplyConfig byDefault) {
        ApplyConfig apply = new ApplyConfig(
                (int) section.wholeNumber("writers", byDefault.writers(), 1, KeyGroups.COUNT),
                (int) section.wholeNumber("batch-rows", byDefault.batchRows(), 1, 10_000_000),
                (int) section.sizeBytes("batch-bytes", byDefault.batchBytes(), 1 << 10, GIB),
                section.duration("linger", byDefault.linger(), Duration.ZERO, Duration.ofMinutes(1)));
        section.refuseUnknownKeys();
        return apply;
    }

    private CheckpointConfig checkpoint(Section section, String task) {
        CheckpointConfig checkpoint = new CheckpointConfig(
                section.duration(
                        "interval", CheckpointConfig.DEFAULT_INTERVAL, Duration.ofMillis(100), Duration.ofHours(1)),
                section.directory("directory")
                        .orElseGet(() ->
                                Section.uri(StateHome.of(task, environment).resolve("checkpoints"))));
        section.refuseUnknownKeys();
        return checkpoint;
    }

    private static EtlConfig etl(Section section) {
        Optional<String> file = section.file("file");
        boolean skips = section.has("bad-rows")
                && section.requiredChoice("bad-rows", List.of("stop", "skip"))
                        .filter("skip"::equals)
                        .isPresent();
        int deadLetters = (int) section.wholeNumber("dead-letters", 1_000, 1, 100_000);
        EtlConfig etl = new EtlConfig(
                file.orElse(""),
                new Secret(section.contentOf("file").orElse("")),
                section.files("jars"),
                skips ? deadLetters : 0);
        section.refuseUnknownKeys();
        return etl;
    }

    private static ThrottleConfig throttle(Section section) {
        Section load = section.section("load");
        Section changes = section.section("changes");
        ThrottleConfig throttle = new ThrottleConfig(
                load.wholeNumber("queries", 0, 1, MOST_PER_SECOND),
                load.wholeNumber("rows", 0, 1, MOST_PER_SECOND),
                load.sizeBytes("bytes", 0, 1, MOST_PER_SECOND),
                changes.wholeNumber("rows", 0, 1, MOST_PER_SECOND),
                changes.sizeBytes("bytes", 0, 1, MOST_PER_SECOND));
        load.refuseUnknownKeys();
        changes.refuseUnknownKeys();
        section.refuseUnknownKeys();
        return throttle;
    }

    private static RetryConfig retry(Section section) {
        RetryConfig byDefault = RetryConfig.DEFAULT;
        Duration connection = section.duration("connection", byDefault.connection(), LEAST_RETRY, MOST_RETRY);
        Duration other = section.duration("other", byDefault.other(), LEAST_RETRY, MOST_RETRY);
        section.refuseUnknownKeys();
        if (other.compareTo(connection) < 0) {
            return new RetryConfig(connection, other);
        }
        section.problem(
                "other", "is not less than connection: what may be an error of ours is not retried for that long");
        return byDefault;
    }

    private static MetricsConfig metrics(Section section) {
        MetricsConfig metrics = new MetricsConfig((int) section.wholeNumber("port", 0, 1, 65_535));
        section.refuseUnknownKeys();
        return metrics;
    }

    private static PrecheckConfig precheck(Section section) {
        PrecheckConfig precheck = new PrecheckConfig(section.texts("accept", TaskFile::remedyForItem));
        section.refuseUnknownKeys();
        return precheck;
    }

    private static Optional<String> remedyForItem(String name) {
        List<String> items = CheckItem.labels();
        return items.contains(name)
                ? Optional.empty()
                : Optional.of(NearestName.of(name, items)
                        .map(near -> "did you mean " + near + "?")
                        .orElseGet(
                                () -> "no item of the precheck has that name; they are " + String.join(", ", items)));
    }
}
