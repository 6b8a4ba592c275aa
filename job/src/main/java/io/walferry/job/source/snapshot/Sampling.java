package io.walferry.job.source.snapshot;

/** How much of a table is looked at to find the bounds of its chunks. */
final class Sampling {

    /** Pages per chunk: rows of a page are often neighbours by key, so a bound's accuracy comes from pages, not rows. */
    private static final long PAGES_PER_CHUNK = 100;

    /** Pages in all, where a few per chunk remain: the sample is sorted. */
    private static final long PAGES = 50_000;

    private static final long LEAST_PAGES_PER_CHUNK = 4;

    /** Pages that tell how many rows a page has, in a table without statistics. */
    private static final long PAGES_FOR_DENSITY = 1_000;

    private static final int MAX_CHUNKS = 100_000;

    private Sampling() {}

    /** Percentage of the pages that gives fair bounds; 100 where that is about the whole table. */
    static double percentForBounds(long pages, int chunks) {
        return percent(pages, Math.max(LEAST_PAGES_PER_CHUNK * chunks, Math.min(PAGES, PAGES_PER_CHUNK * chunks)));
    }

    /** Percentage of the pages that tells how many rows a page has; 100 for a small table. */
    static double percentForDensity(long pages) {
        return percent(pages, PAGES_FOR_DENSITY);
    }

    private static double percent(long pages, long wanted) {
        return wanted * 2 >= pages ? 100 : 100.0 * wanted / pages;
    }

    /** Number of chunks of about {@code chunkRows} rows; a rest of less than half a chunk gets none of its own. */
    static int chunks(long rows, long chunkRows) {
        return (int) Math.max(1, Math.min(MAX_CHUNKS, Math.round((double) rows / chunkRows)));
    }
}
