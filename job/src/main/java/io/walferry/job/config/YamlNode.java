package io.walferry.job.config;

import java.util.List;
import java.util.Map;

/** A piece of a YAML file that knows its line (from 1). */
sealed interface YamlNode {

    int line();

    /** For people: what this is. */
    String kind();

    /** @param text as written, quotes removed, nothing interpolated */
    record Scalar(int line, String text) implements YamlNode {
        @Override
        public String kind() {
            return "a single value";
        }
    }

    /** @param entries in the order of the file */
    record Mapping(int line, Map<String, Entry> entries) implements YamlNode {
        @Override
        public String kind() {
            return "a section";
        }
    }

    /** @param line where the key stands */
    record Entry(int line, YamlNode value) {}

    record Sequence(int line, List<YamlNode> items) implements YamlNode {
        @Override
        public String kind() {
            return "a list";
        }
    }

    /** A key with nothing behind it, {@code null} or {@code ~}. */
    record Empty(int line) implements YamlNode {
        @Override
        public String kind() {
            return "empty";
        }
    }
}
