package io.walferry.job.schema.ddl;

import io.walferry.job.catalog.ObjectKey;
import io.walferry.job.catalog.StoredCatalog.ColumnIdentity;
import io.walferry.job.model.TableSchema;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Whether the statements of tables make of them what they made before. */
final class StatementFit {

    private final StructureState before;
    private final StructureState after;
    private final TableArrivals arrivals;

    private StatementFit(StructureState before, StructureState after, TableArrivals arrivals) {
        this.before = before;
        this.after = after;
        this.arrivals = arrivals;
    }

    /** Tables, by OID, whose rows at the target are not those that their statements would make from here on. */
    static Set<Long> unfit(StructureState before, StructureState after, TableArrivals arrivals) {
        StatementFit fit = new StatementFit(before, after, arrivals);
        Map<Long, TableSchema> schemas = after.schemas();
        Set<Long> unfit = new LinkedHashSet<>();
        before.schemas().forEach((oid, was) -> {
            TableSchema is = schemas.get(oid);
            if (is != null && !fit.fits(was, is)) {
                unfit.add(oid);
            }
        });
        return unfit;
    }

    private boolean fits(TableSchema was, TableSchema is) {
        String statement = was.mapping().statement();
        if (!Objects.equals(statement, is.mapping().statement())) {
            return false;
        }
        if (statement == null) {
            return true;
        }
        ObjectKey relation = ObjectKey.relation(was.oid());
        Map<String, ColumnIdentity> columnsBefore = before.stored().columns(relation);
        Map<String, ColumnIdentity> columnsAfter = after.stored().columns(relation);
        return was.key().equals(is.key())
                && arrivals.neededColumns(was).stream()
                        .allMatch(name -> columnsAfter.containsKey(name)
                                && columnsBefore.get(name).isSameColumn(columnsAfter.get(name)));
    }
}
