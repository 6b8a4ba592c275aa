package io.walferry.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Every verb says what it is for, what each option means, and what its exit status tells. */
class HelpTest {

    static Stream<CommandSpec> verbs() {
        List<CommandSpec> all = new ArrayList<>();
        collect(new CommandLine(Walferry.class), all);
        return all.stream();
    }

    private static void collect(CommandLine command, List<CommandSpec> all) {
        all.add(command.getCommandSpec());
        command.getSubcommands().values().forEach(verb -> collect(verb, all));
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void isComplete(CommandSpec verb) {
        String help = verb.commandLine().getUsageMessage(CommandLine.Help.Ansi.OFF);
        assertThat(verb.usageMessage().description()).as(help).isNotEmpty();
        assertThat(verb.optionsMap()).as(help).containsKeys("-h", "--help");
        assertThat(verb.options()).allSatisfy(option -> assertThat(option.description())
                .as(option.longestName())
                .isNotEmpty());
        assertThat(verb.positionalParameters()).allSatisfy(parameter -> assertThat(parameter.description())
                .as(parameter.paramLabel())
                .isNotEmpty());
        if (verb.subcommands().isEmpty()) {
            assertThat(verb.usageMessage().exitCodeList()).as(help).containsKeys(" 0");
        }
        assertThat(help.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }
}
