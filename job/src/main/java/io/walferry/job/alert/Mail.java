package io.walferry.job.alert;

import io.walferry.job.config.AlertsConfig.MailConfig;
import jakarta.mail.Authenticator;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.Properties;

/** Sends mail by SMTP. */
final class Mail implements Channel {

    private static final String LIMIT_MS = "10000";

    private final MailConfig config;
    private final Session session;

    Mail(MailConfig config) {
        this.config = config;
        this.session = Session.getInstance(properties(config), login(config));
    }

    /** @see <a href="https://eclipse-ee4j.github.io/angus-mail/docs/api/org.eclipse.angus.mail/org/eclipse/angus/mail/smtp/package-summary.html">the properties</a> */
    private static Properties properties(MailConfig config) {
        Properties properties = new Properties();
        properties.put("mail.transport.protocol", "smtp");
        properties.put("mail.smtp.host", config.hostname());
        properties.put("mail.smtp.port", String.valueOf(config.port()));
        properties.put("mail.smtp.auth", String.valueOf(config.username() != null));
        properties.put("mail.smtp.ssl.enable", String.valueOf(config.tls() == MailConfig.Tls.TLS));
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        boolean starttls = config.tls() == MailConfig.Tls.STARTTLS;
        properties.put("mail.smtp.starttls.enable", String.valueOf(starttls));
        properties.put("mail.smtp.starttls.required", String.valueOf(starttls));
        properties.put("mail.smtp.connectiontimeout", LIMIT_MS);
        properties.put("mail.smtp.timeout", LIMIT_MS);
        properties.put("mail.smtp.writetimeout", LIMIT_MS);
        return properties;
    }

    private static Authenticator login(MailConfig config) {
        return config.username() == null
                ? null
                : new Authenticator() {
                    @Override
                    protected PasswordAuthentication getPasswordAuthentication() {
                        return new PasswordAuthentication(
                                config.username(), config.password().reveal());
                    }
                };
    }

    @Override
    public String name() {
        return "mail";
    }

    @Override
    public void send(Alert alert) throws IOException {
        try {
            MimeMessage message = new MimeMessage(session);
            message.setFrom(new InternetAddress(config.from()));
            for (String recipient : config.to()) {
                message.addRecipient(RecipientType.TO, new InternetAddress(recipient));
            }
            message.setSubject(alert.title(), StandardCharsets.UTF_8.name());
            message.setText(alert.text() + "\n", StandardCharsets.UTF_8.name());
            message.setSentDate(new Date());
            // Nobody answers to it, and no out-of-office reply shall.
            message.setHeader("Auto-Submitted", "auto-generated");
            Transport.send(message);
        } catch (MessagingException e) {
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            throw new IOException(
                    config.hostname() + ":" + config.port() + ": "
                            + String.valueOf(root.getMessage()).strip(),
                    e);
        }
    }
}
