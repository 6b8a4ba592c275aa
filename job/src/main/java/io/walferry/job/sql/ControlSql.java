package io.walferry.job.sql;

import java.util.List;

/**
 * The control schema at the target: the truth about how far a task is. Readable by any SQL client; written only by the task.
 * LSNs are stored as {@code pg_lsn}, ordinals as {@code bigint} (its largest value: the end of the transaction).
 */
public final class ControlSql {

    /** Raised with every change of the tables below that a running task cannot live with; a new table is none. */
    public static final int VERSION = 1;

    public static final String SCHEMA = "walferry";

    private ControlSql() {}

    /** Statements that create what is missing; all of them can be run again. */
    public static List<String> create() {
        return List.of(
                "CREATE SCHEMA IF NOT EXISTS walferry",
                """
                CREATE TABLE IF NOT EXISTS walferry.version (
                  version integer NOT NULL)""",
                // start_snapshot, taken when the slot was there, and start_lsn, after it: what the whole load has seen.
                // safe_lsn: the slot is never acknowledged beyond it; written before the acknowledgement.
                """
                CREATE TABLE IF NOT EXISTS walferry.task (
                  task text PRIMARY KEY,
                  system_identifier text,
                  source_database text NOT NULL,
                  slot text NOT NULL,
                  slot_lsn pg_lsn,
                  safe_lsn pg_lsn,
                  selection text,
                  start_snapshot text,
                  start_lsn pg_lsn,
                  consistent_at timestamptz,
                  phase text NOT NULL,
                  created_at timestamptz NOT NULL DEFAULT now(),
                  changed_at timestamptz NOT NULL DEFAULT now())""",
                addColumn("task", "objects", "text"),
                """
                CREATE TABLE IF NOT EXISTS walferry.progress (
                  task text NOT NULL,
                  lane text NOT NULL,
                  first_key_group integer NOT NULL,
                  last_key_group integer NOT NULL,
                  epoch bigint NOT NULL,
                  commit_lsn pg_lsn NOT NULL,
                  ordinal bigint NOT NULL,
                  changes bigint NOT NULL DEFAULT 0,
                  source_commit_time timestamptz,
                  applied_at timestamptz,
                  PRIMARY KEY (task, lane, first_key_group))""",
                // A planned chunk has no loaded_at. lower and upper: texts of the key columns, NULL where the chunk is
                // open.
                """
                CREATE TABLE IF NOT EXISTS walferry.snapshot_chunk (
                  task text NOT NULL,
                  table_schema text NOT NULL,
                  table_name text NOT NULL,
                  chunk integer NOT NULL,
                  lower text[],
                  upper text[],
                  rows bigint,
                  bytes bigint,
                  snapshot text,
                  lsn pg_lsn,
                  loaded_at timestamptz,
                  PRIMARY KEY (task, table_schema, table_name, chunk))""",
                // Of the chunks of a table that the target had before: rows that it has kept instead of the source's.
                """
                CREATE TABLE IF NOT EXISTS walferry.kept_rows (
                  task text NOT NULL,
                  table_schema text NOT NULL,
                  table_name text NOT NULL,
                  chunk integer NOT NULL,
                  rows bigint NOT NULL,
                  PRIMARY KEY (task, table_schema, table_name, chunk))""",
                """
                CREATE TABLE IF NOT EXISTS walferry.table_state (
                  task text NOT NULL,
                  table_schema text NOT NULL,
                  table_name text NOT NULL,
                  state text NOT NULL,
                  detail text,
                  source_oid bigint,
                  estimated_rows bigint,
                  changed_at timestamptz NOT NULL DEFAULT now(),
                  PRIMARY KEY (task, table_schema, table_name))""",
                // What makes the table's rows; NULL if they arrive as they are.
                addColumn("table_state", "statement", "text"),
                // state: waiting, done, kept (detail: how the target's own differs), failed (detail: the server's
                // message) or
                // left_out (detail: the reason).
                """
                CREATE TABLE IF NOT EXISTS walferry.object (
                  task text NOT NULL,
                  kind text NOT NULL,
                  identity text NOT NULL,
                  state text NOT NULL,
                  detail text,
                  changed_at timestamptz NOT NULL DEFAULT now(),
                  PRIMARY KEY (task, kind, identity))""",
                """
                CREATE TABLE IF NOT EXISTS walferry.step (
                  task text NOT NULL,
                  commit_lsn pg_lsn NOT NULL,
                  ordinal bigint NOT NULL,
                  kind text NOT NULL,
                  statement text NOT NULL,
                  done_at timestamptz NOT NULL DEFAULT now(),
                  PRIMARY KEY (task, commit_lsn, ordinal, kind))""",
                // The source's structure as far as the task is: what the catalog says of each object.
                """
                CREATE TABLE IF NOT EXISTS walferry.source_object (
                  task text NOT NULL,
                  catalog text NOT NULL,
                  oid bigint NOT NULL,
                  image text NOT NULL,
                  PRIMARY KEY (task, catalog, oid))""",
                // Changes of structure. state: applied, ignored, noted (nothing to do), failed, skipped, replaced (by a
                // person's statements). decision, of a failed one: skip or apply.
                """
                CREATE TABLE IF NOT EXISTS walferry.ddl (
                  task text NOT NULL,
                  commit_lsn pg_lsn NOT NULL,
                  ordinal bigint NOT NULL,
                  log_id bigint NOT NULL,
                  tag text NOT NULL,
                  source_text text NOT NULL,
                  statements text NOT NULL,
                  state text NOT NULL,
                  message text,
                  decision text,
                  decision_statements text,
                  duration_ms bigint,
                  at timestamptz NOT NULL DEFAULT clock_timestamp(),
                  PRIMARY KEY (task, commit_lsn, ordinal))""",
                // Tables that are to be loaded anew. state: waiting, done or refused (detail: why). lsn, snapshot: what
                // the
                // rows of the last time have seen; without a snapshot, changes up to lsn are replayed over them.
                """
                CREATE TABLE IF NOT EXISTS walferry.reload (
                  task text NOT NULL,
                  oid bigint NOT NULL,
                  table_schema text NOT NULL,
                  table_name text NOT NULL,
                  reason text NOT NULL,
                  state text NOT NULL DEFAULT 'waiting',
                  asked integer NOT NULL DEFAULT 1,
                  asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                  snapshot text,
                  lsn pg_lsn,
                  rows bigint,
                  detail text,
                  done_at timestamptz,
                  PRIMARY KEY (task, oid))""",
                // All changes of the table up to there are in its rows, too.
                addColumn("reload", "up_to", "pg_lsn"),
                addColumn("reload", "up_to_ordinal", "bigint"),
                // What a person wants of the running job, which looks here twice a second. Limits are per second: NULL
                // is what the
                // task file says, 0 none. stop: stop, savepoint or restart, asked of a run that has Flink with it;
                // savepoint: where it is.
                """
                CREATE TABLE IF NOT EXISTS walferry.control (
                  task text PRIMARY KEY,
                  paused boolean NOT NULL DEFAULT false,
                  load_queries bigint,
                  load_rows bigint,
                  load_bytes bigint,
                  changes_rows bigint,
                  changes_bytes bigint,
                  stop text,
                  savepoint text,
                  changed_at timestamptz NOT NULL DEFAULT now())""",
                // Readers and writers of the next start; NULL is what the task file says.
                addColumn("control", "load_parallelism", "integer"),
                addColumn("control", "apply_writers", "integer"),
                // Subtasks that read from the source, each with its last word: the limits are shared among those that
                // load.
                """
                CREATE TABLE IF NOT EXISTS walferry.reader (
                  task text NOT NULL,
                  subtask integer NOT NULL,
                  state text NOT NULL,
                  limits text NOT NULL DEFAULT '',
                  seen_at timestamptz NOT NULL DEFAULT now(),
                  PRIMARY KEY (task, subtask))""",
                // How long each task retries failures: tasks that share a database all keep to the shortest.
                """
                CREATE TABLE IF NOT EXISTS walferry.retry (
                  task text PRIMARY KEY,
                  source text NOT NULL,
                  target text NOT NULL,
                  connection_ms bigint NOT NULL,
                  other_ms bigint NOT NULL)""",
                DeadLetterSql.create(),
                AlertSql.create(),
                // What of a cut-over is done.
                """
                CREATE TABLE IF NOT EXISTS walferry.cutover (
                  task text NOT NULL,
                  step text NOT NULL,
                  detail text NOT NULL,
                  done_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                  PRIMARY KEY (task, step))""",
                // What the running job says of itself every second. beat_at: when it last did; an old one means that no
                // job runs.
                // Rates and lag are of that moment; failure is why the last run ended, where it could say so.
                """
                CREATE TABLE IF NOT EXISTS walferry.status (
                  task text PRIMARY KEY,
                  phase text NOT NULL,
                  detail text,
                  written_at timestamptz NOT NULL DEFAULT now(),
                  beat_at timestamptz,
                  started_at timestamptz,
                  host text,
                  writers integer,
                  wal_lsn pg_lsn,
                  applied_lsn pg_lsn,
                  lag_ms bigint,
                  bytes_behind bigint,
                  rows_per_second bigint,
                  bytes_per_second bigint,
                  changes_per_second bigint,
                  wal_bytes_per_second bigint,
                  retained_wal_bytes bigint,
                  safe_wal_bytes bigint,
                  slot_state text,
                  failure text,
                  failed_at timestamptz)""",
                addColumn("status", "dead_letters", "bigint"),
                // A run of walferry verify; state: scanning, settling, done. definition: what it compares and how, as a
                // hash.
                """
                CREATE TABLE IF NOT EXISTS walferry.verification (
                  run bigserial PRIMARY KEY,
                  task text NOT NULL,
                  settings text NOT NULL,
                  definition text NOT NULL,
                  state text NOT NULL DEFAULT 'scanning',
                  look integer NOT NULL DEFAULT 0,
                  detail text,
                  started_at timestamptz NOT NULL DEFAULT now(),
                  ended_at timestamptz)""",
                """
                CREATE TABLE IF NOT EXISTS walferry.verification_table (
                  run bigint NOT NULL REFERENCES walferry.verification ON DELETE CASCADE,
                  number integer NOT NULL,
                  table_schema text NOT NULL,
                  table_name text NOT NULL,
                  source text NOT NULL,
                  note text,
                  estimated_rows bigint NOT NULL,
                  different bigint NOT NULL DEFAULT 0,
                  missing bigint NOT NULL DEFAULT 0,
                  extra bigint NOT NULL DEFAULT 0,
                  unsettled bigint NOT NULL DEFAULT 0,
                  repaired bigint NOT NULL DEFAULT 0,
                  PRIMARY KEY (run, number))""",
                """
                CREATE TABLE IF NOT EXISTS walferry.verification_chunk (
                  run bigint NOT NULL REFERENCES walferry.verification ON DELETE CASCADE,
                  number integer NOT NULL,
                  chunk integer NOT NULL,
                  lower text[],
                  upper text[],
                  weight bigint NOT NULL,
                  source_rows bigint,
                  target_rows bigint,
                  suspects bigint,
                  started_at timestamptz,
                  done_at timestamptz,
                  PRIMARY KEY (run, number, chunk))""",
                // Rows that were not equal when they were last looked at; source and target: number, two hashes,
                // version.
                """
                CREATE TABLE IF NOT EXISTS walferry.verification_suspect (
                  run bigint NOT NULL REFERENCES walferry.verification ON DELETE CASCADE,
                  number integer NOT NULL,
                  identity text NOT NULL,
                  source bigint[] NOT NULL,
                  target bigint[] NOT NULL,
                  lsn pg_lsn NOT NULL,
                  snapshot text NOT NULL,
                  look integer NOT NULL,
                  repairs integer NOT NULL DEFAULT 0,
                  position bigserial,
                  seen_at timestamptz NOT NULL DEFAULT now(),
                  PRIMARY KEY (run, number, position))""",
                // kind: different, missing or extra. The values of columns that differ, shortened; of a missing or
                // extra row all.
                """
                CREATE TABLE IF NOT EXISTS walferry.verification_difference (
                  run bigint NOT NULL REFERENCES walferry.verification ON DELETE CASCADE,
                  number integer NOT NULL,
                  identity text NOT NULL,
                  kind text NOT NULL,
                  rows bigint NOT NULL,
                  columns text[],
                  source_values text[],
                  target_values text[],
                  lsn pg_lsn NOT NULL,
                  repaired boolean NOT NULL DEFAULT false,
                  found_at timestamptz NOT NULL DEFAULT now())""",
                // IF NOT EXISTS would lock the table against writers, also where the index is there.
                """
                DO LANGUAGE plpgsql $$ BEGIN
                  IF pg_catalog.to_regclass('walferry.verification_difference_run') IS NULL THEN
                    CREATE INDEX verification_difference_run ON walferry.verification_difference (run, number, identity);
                  END IF;
                END $$""",
                // Of the structure; repaired: true, false, or NULL if nothing was tried.
                """
                CREATE TABLE IF NOT EXISTS walferry.verification_object (
                  run bigint NOT NULL REFERENCES walferry.verification ON DELETE CASCADE,
                  object text NOT NULL,
                  what text NOT NULL,
                  statements text[] NOT NULL,
                  repaired boolean,
                  detail text)""",
                // What walferry verify --repair has written, or with --dry-run would have. Images: column to text, as
                // JSON.
                """
                CREATE TABLE IF NOT EXISTS walferry.repair (
                  run bigint NOT NULL,
                  task text NOT NULL,
                  table_schema text NOT NULL,
                  table_name text NOT NULL,
                  identity text NOT NULL,
                  action text NOT NULL,
                  rows bigint NOT NULL,
                  before jsonb,
                  after jsonb,
                  lsn pg_lsn,
                  dry_run boolean NOT NULL,
                  repaired_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp())""");
    }

    /**
     * For tables that an earlier version of the program has made. {@code ADD COLUMN IF NOT EXISTS} would lock the table against
     * everybody, also where the column is there, and meet readers of several tables in a deadlock.
     */
    private static String addColumn(String table, String column, String type) {
        return """
                DO LANGUAGE plpgsql $$ BEGIN
                  IF NOT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = 'walferry.%1$s'::pg_catalog.regclass
                      AND attname = '%2$s' AND NOT attisdropped) THEN
                    ALTER TABLE walferry.%1$s ADD COLUMN %2$s %3$s;
                  END IF;
                END $$"""
                .formatted(table, column, type);
    }
}
