package io.walferry.tests.schema;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Cases of a file: {@code -- case: name}, with {@code since 12} at its end for what older servers do not have. */
final class DdlScript {

    private DdlScript() {}

    /** @param lines each is sent by itself, so several commands on one line come in one string */
    record Case(String name, int since, List<String> lines) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> read(String file) throws IOException {
        List<Case> cases = new ArrayList<>();
        StringBuilder open = new StringBuilder();
        for (String line : text(file).split("\n")) {
            if (line.startsWith("-- case: ")) {
                String name = line.substring(9);
                int since = name.lastIndexOf(" since ");
                cases.add(new Case(
                        since < 0 ? name : name.substring(0, since),
                        since < 0 ? 0 : Integer.parseInt(name.substring(since + 7)),
                        new ArrayList<>()));
            } else if (!cases.isEmpty()) {
                open.append(line).append('\n');
                if (line.endsWith(";")) {
                    cases.get(cases.size() - 1).lines().add(open.toString());
                    open.setLength(0);
                }
            }
        }
        return cases;
    }

    static String text(String file) throws IOException {
        try (InputStream stream = DdlScript.class.getResourceAsStream(file)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
