package io.walferry.job.config;

import io.walferry.job.config.AlertsConfig.AlertRules;
import io.walferry.job.config.AlertsConfig.MailConfig;
import io.walferry.job.config.AlertsConfig.WebhookConfig;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The section {@code alerts}. */
final class AlertsReader {

    private static final Pattern MAIL_ADDRESS = Pattern.compile("[^\\s@<>]+@[^\\s@<>]+");
    private static final long MOST = 1_000_000_000_000L;
    private static final long MOST_BYTES = 1L << 50;
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofDays(30);

    private AlertsReader() {}

    static AlertsConfig read(Section section) {
        AlertsConfig alerts = new AlertsConfig(
                section.sections("webhooks").stream().map(AlertsReader::webhook).toList(),
                section.has("mail") ? mail(section.section("mail")) : null,
                section.texts("command", argument -> Optional.empty()),
                rules(section));
        section.refuseUnknownKeys();
        if (alerts.isEmpty() && !section.keys().isEmpty()) {
            section.problem("tells nobody: name webhooks, mail or command");
        }
        return alerts;
    }

    private static WebhookConfig webhook(Section section) {
        if (!section.has("url")) {
            section.problem("url", "is missing: add it");
        }
        Secret url = section.secret("url").orElse(new Secret(""));
        if (section.has("url") && !isAddress(url.reveal())) {
            section.problem("url", "is no address: write https://… (it is not shown here, as it may hold a token)");
        }
        WebhookConfig.Format format =
                choice(section, "format", WebhookConfig.Format.values(), WebhookConfig.Format.JSON);
        Secret secret = section.secret("secret").orElse(null);
        if (secret != null && format != WebhookConfig.Format.DINGTALK) {
            section.problem("secret", "has no use with format " + label(format) + ": leave it out");
        }
        section.refuseUnknownKeys();
        return new WebhookConfig(url, format, secret);
    }

    private static boolean isAddress(String text) {
        try {
            URI address = URI.create(text);
            return ("http".equals(address.getScheme()) || "https".equals(address.getScheme()))
                    && address.getHost() != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static MailConfig mail(Section section) {
        MailConfig.Tls tls = choice(section, "tls", MailConfig.Tls.values(), MailConfig.Tls.STARTTLS);
        int port =
                switch (tls) {
                    case STARTTLS -> 587;
                    case TLS -> 465;
                    case NONE -> 25;
                };
        Optional<String> username = section.text("username");
        if (username.isPresent() != section.has("password")) {
            section.problem("password", "and username belong together: give both or none");
        }
        if (username.isPresent() && tls == MailConfig.Tls.NONE) {
            section.problem("tls", "is none, and a password must not go over the wire as it is: use starttls or tls");
        }
        MailConfig mail = new MailConfig(
                section.requiredText("hostname", name -> true, ""),
                (int) section.wholeNumber("port", port, 1, 65_535),
                tls,
                username.orElse(null),
                section.secret("password").orElse(null),
                section.requiredText("from", AlertsReader::isMailAddress, "is no mail address: write name@example.com"),
                section.texts(
                        "to",
                        text -> isMailAddress(text)
                                ? Optional.empty()
                                : Optional.of("it is no mail address: write name@example.com")));
        if (mail.to().isEmpty()) {
            section.problem("to", "names nobody: write a list of mail addresses");
        }
        section.refuseUnknownKeys();
        return mail;
    }

    private static boolean isMailAddress(String text) {
        return MAIL_ADDRESS.matcher(text).matches();
    }

    private static AlertRules rules(Section section) {
        AlertRules byDefault = AlertRules.DEFAULT;
        return new AlertRules(
                section.duration("down-for", byDefault.downFor(), SHORT, LONG),
                section.duration("lag", byDefault.lag(), Duration.ofMillis(100), LONG),
                section.duration("lag-for", byDefault.lagFor(), SHORT, LONG),
                (int) section.wholeNumber("slot-percent", byDefault.slotPercent(), 1, 100),
                section.sizeBytes("slot-bytes", byDefault.slotBytes(), 1, MOST_BYTES),
                section.wholeNumber("dead-letters", byDefault.deadLetters(), 1, MOST),
                section.wholeNumber("differences", byDefault.differences(), 1, MOST),
                section.duration("mute", byDefault.mute(), SHORT, LONG),
                (int) section.wholeNumber("repeat", byDefault.repeat(), 0, 1_000_000));
    }

    private static <E extends Enum<E>> E choice(Section section, String key, E[] choices, E byDefault) {
        if (!section.has(key)) {
            return byDefault;
        }
        return section.requiredChoice(
                        key, Arrays.stream(choices).map(AlertsReader::label).toList())
                .map(label -> Enum.valueOf(byDefault.getDeclaringClass(), label.toUpperCase(Locale.ROOT)))
                .orElse(byDefault);
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
