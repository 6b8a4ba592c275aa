package io.walferry.job.config;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * Who is told of what.
 *
 * @param webhooks addresses that are called
 * @param mail {@code null} without
 * @param command program and arguments; empty without
 * @param rules of what is told, and how often
 */
public record AlertsConfig(List<WebhookConfig> webhooks, MailConfig mail, List<String> command, AlertRules rules)
        implements Serializable {

    public static final AlertsConfig NONE = new AlertsConfig(List.of(), null, List.of(), AlertRules.DEFAULT);

    public AlertsConfig {
        webhooks = List.copyOf(webhooks);
        command = List.copyOf(command);
    }

    /** Whether there is nobody to tell. */
    public boolean isEmpty() {
        return webhooks.isEmpty() && mail == null && command.isEmpty();
    }

    /**
     * An address that gets each alert by POST.
     *
     * @param url with whatever token its owner has given it
     * @param secret to sign with; {@code null} without
     */
    public record WebhookConfig(Secret url, Format format, Secret secret) implements Serializable {

        /** What the receiver understands. */
        public enum Format {
            /** All facts, as an object of our own. */
            JSON,
            /** A message of Slack's incoming webhooks, which several other programs understand too. */
            SLACK,
            /** A text message for a robot of DingTalk. */
            DINGTALK
        }
    }

    /**
     * A mail server and who gets mail.
     *
     * @param username {@code null} for a server that wants no login; password likewise
     */
    public record MailConfig(
            String hostname, int port, Tls tls, String username, Secret password, String from, List<String> to)
            implements Serializable {

        /** How the connection to the server is protected. */
        public enum Tls {
            /** It begins plain and goes on with TLS, or not at all. */
            STARTTLS,
            /** TLS from the first byte. */
            TLS,
            NONE
        }

        public MailConfig {
            to = List.copyOf(to);
        }
    }

    /**
     * What is worth an alert.
     *
     * @param downFor how long a job, or a database, may be silent
     * @param lag from commit to commit, at most
     * @param lagFor for how long it may be more
     * @param slotPercent of the WAL that the source's limit lets the slot keep
     * @param slotBytes of WAL that the slot may keep; 0: as many as it likes
     * @param deadLetters so many are told
     * @param differences so many rows or objects that a verification has found different are told
     * @param mute before something that lasts is told again
     * @param repeat how often it is
     */
    public record AlertRules(
            Duration downFor,
            Duration lag,
            Duration lagFor,
            int slotPercent,
            long slotBytes,
            long deadLetters,
            long differences,
            Duration mute,
            int repeat)
            implements Serializable {

        public static final AlertRules DEFAULT = new AlertRules(
                Duration.ofSeconds(20),
                Duration.ofMinutes(1),
                Duration.ofMinutes(5),
                80,
                0,
                1,
                1,
                Duration.ofHours(4),
                3);
    }
}
