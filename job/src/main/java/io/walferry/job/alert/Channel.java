package io.walferry.job.alert;

import io.walferry.job.config.AlertsConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A way to bring an alert to a person. */
public interface Channel {

    /** For people and in the control schema; no other channel of the task has it. */
    String name();

    /**
     * Returns when the other side has taken it.
     *
     * @throws IOException whose message says why it has not, without the channel's secrets
     */
    void send(Alert alert) throws IOException, InterruptedException;

    /** All that the task file names. */
    static List<Channel> of(AlertsConfig config) {
        List<Channel> channels = new ArrayList<>();
        for (AlertsConfig.WebhookConfig webhook : config.webhooks()) {
            channels.add(new Webhook("webhook " + (channels.size() + 1), webhook));
        }
        if (config.mail() != null) {
            channels.add(new Mail(config.mail()));
        }
        if (!config.command().isEmpty()) {
            channels.add(new CommandChannel(config.command()));
        }
        return channels;
    }
}
