package io.walferry.job.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Whole numbers with a unit: {@code 20ms}, {@code 16MiB}. */
final class Quantity {

    /** Counted in milliseconds. */
    static final Quantity DURATION =
            new Quantity().unit("ms", 1).unit("s", 1_000).unit("min", 60_000).unit("h", 3_600_000);

    /** Counted in bytes, which a plain number counts too. */
    static final Quantity SIZE = new Quantity()
            .unit("", 1)
            .unit("B", 1)
            .unit("kB", 1_000)
            .unit("MB", 1_000_000)
            .unit("GB", 1_000_000_000)
            .unit("KiB", 1 << 10)
            .unit("MiB", 1 << 20)
            .unit("GiB", 1 << 30);

    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("([0-9]{1,18}) ?([A-Za-z]*)");

    private final Map<String, Long> multiples = new LinkedHashMap<>();

    private Quantity() {}

    private Quantity unit(String name, long multiple) {
        multiples.put(name, multiple);
        return this;
    }

    /** For people. */
    String units() {
        return multiples.keySet().stream().filter(name -> !name.isEmpty()).collect(Collectors.joining(", "));
    }

    /** Empty if the text is none; what no long can hold is the largest one. */
    OptionalLong parse(String text) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text);
        if (!matcher.matches() || !multiples.containsKey(matcher.group(2))) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(
                    Math.multiplyExact(Long.parseLong(matcher.group(1)), multiples.get(matcher.group(2))));
        } catch (ArithmeticException tooLarge) {
            return OptionalLong.of(Long.MAX_VALUE);
        }
    }

    /** For people: with the unit that makes the number smallest. */
    String shown(long number) {
        String shortest = Long.toString(number);
        long smallest = Long.MAX_VALUE;
        for (Map.Entry<String, Long> unit : multiples.entrySet()) {
            boolean whole = number % unit.getValue() == 0;
            if (whole && !unit.getKey().isEmpty() && number / unit.getValue() < smallest) {
                smallest = number / unit.getValue();
                shortest = smallest + unit.getKey();
            }
        }
        return shortest;
    }
}
