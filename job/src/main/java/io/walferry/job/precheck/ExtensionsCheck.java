package io.walferry.job.precheck;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.catalog.SourceObject;
import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Whether the extensions that selected tables need are at the target, or the task's user may create them. */
final class ExtensionsCheck implements Check {

    @Override
    public CheckItem item() {
        return CheckItem.EXTENSIONS;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.OBJECTS, Need.TARGET);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        String user = context.database(Side.TARGET).endpoint().username();
        for (SourceObject object : context.catalog().structure()) {
            if (object instanceof SourceObject.Extension extension
                    && mustBeCreatedBySuperuser(context, extension.id().name())) {
                findings.add(Finding.error(
                                "target extension " + extension.id().name(),
                                "selected tables need it, it is not there, and user " + user + " may not create it",
                                "Let a superuser create it")
                        .because("it is no trusted extension")
                        .atTarget(
                                "CREATE SCHEMA IF NOT EXISTS "
                                        + quoted(extension.id().schema()),
                                "CREATE EXTENSION " + quoted(extension.id().name()) + " SCHEMA "
                                        + quoted(extension.id().schema()) + " CASCADE"));
            }
        }
        return findings;
    }

    private static boolean mustBeCreatedBySuperuser(CheckContext context, String name) throws SQLException {
        return Query.bool(
                context.target(),
                // Through JSON: trusted came with 13. What the target does not offer is told with the structure.
                """
                SELECT EXISTS (
                  SELECT FROM pg_catalog.pg_available_extension_versions v
                    JOIN pg_catalog.pg_available_extensions e ON e.name = v.name AND e.default_version = v.version
                   WHERE v.name = ? AND v.superuser AND NOT COALESCE((pg_catalog.to_jsonb(v) ->> 'trusted') = 'true', false)
                     AND e.installed_version IS NULL)
                   AND NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user)""",
                name);
    }
}
