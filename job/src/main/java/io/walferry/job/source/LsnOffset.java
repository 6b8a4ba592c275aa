package io.walferry.job.source;

import io.walferry.job.model.Lsn;
import java.util.Map;
import org.apache.flink.cdc.connectors.base.source.meta.offset.Offset;

/** A position in the changelog, as the framework holds it in splits. */
final class LsnOffset extends Offset {

    static final LsnOffset START = new LsnOffset(Lsn.NONE);
    static final LsnOffset NEVER = new LsnOffset(-1L); // the largest, as LSNs are unsigned

    private static final String KEY = "lsn";

    private final long lsn;

    LsnOffset(long lsn) {
        this.lsn = lsn;
        this.offset = Map.of(KEY, Lsn.format(lsn));
    }

    static LsnOffset of(Map<String, ?> offset) {
        return new LsnOffset(Lsn.parse(String.valueOf(offset.get(KEY))));
    }

    long lsn() {
        return lsn;
    }

    @Override
    public int compareTo(Offset other) {
        return Long.compareUnsigned(lsn, ((LsnOffset) other).lsn);
    }

    @Override
    public String toString() {
        return Lsn.format(lsn);
    }
}
