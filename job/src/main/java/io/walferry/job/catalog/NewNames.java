package io.walferry.job.catalog;

import io.walferry.job.model.TableId;
import java.util.List;
import java.util.Map;

/**
 * What a text of the server names and what has other names at the target: tables and columns. The text keeps the names of the
 * source, and the target's server is made to put the new ones in.
 *
 * @param source the object's name at the source
 * @param tables in the order of their names
 */
public record NewNames(ObjectName source, List<Renamed> tables) {

    public NewNames {
        tables = List.copyOf(tables);
    }

    /**
     * A table.
     *
     * @param source its name in the text
     * @param target its name at the target, where it has been created by the task
     * @param columns new names by old ones, of those that have new ones
     * @param sourceNameTaken a table of the task has the name {@code source} at the target
     */
    public record Renamed(TableId source, TableId target, Map<String, String> columns, boolean sourceNameTaken) {
        public Renamed {
            columns = Map.copyOf(columns);
        }
    }
}
