-- The minutes at which scheduled tasks were started. A due minute belongs to the node that records it first, whatever the clocks of the
-- nodes say (Platform/Scheduling).
CREATE TABLE scheduled_runs (
  task varchar(255) COLLATE "C" NOT NULL,
  due_at timestamptz NOT NULL,
  inserted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (task, due_at)
);

-- True for the first caller with this task and minute. Runs as the owner, because it deletes old minutes.
CREATE FUNCTION claim_scheduled_run(task text, due_at timestamptz) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = esoz, pg_temp AS $$
  DELETE FROM scheduled_runs run WHERE run.task = $1 AND run.inserted_at < now() - interval '30 days';
  WITH claimed AS (
    INSERT INTO scheduled_runs (task, due_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING true
  )
  SELECT EXISTS (SELECT FROM claimed);
$$;

-- A task that is queued behind another one of its key is parked: claims do not read it, however many there are. When a task ends, the
-- next one of its key is no longer parked.
--
-- No task stays parked for ever: the one ahead is locked until the parked one is committed, so it cannot end unseen. A lock that cannot be
-- had at once is not waited for; the task is then not parked, and each claim reads it and finds out that it has to wait.
ALTER TABLE background_tasks ADD is_parked boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN background_tasks.is_parked IS 'Queued behind an earlier task of its key; not read by claims.';

CREATE FUNCTION park_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM esoz.background_tasks ahead
    WHERE ahead.key = NEW.key AND ahead.id < NEW.id AND (ahead.status IN ('QUEUED', 'RUNNING')) IS TRUE
    ORDER BY ahead.id DESC
    LIMIT 1
      FOR SHARE SKIP LOCKED;
  NEW.is_parked := FOUND;
  RETURN NEW;
END $$;
CREATE TRIGGER park_task BEFORE INSERT ON background_tasks FOR EACH ROW
  WHEN (NEW.status = 'QUEUED') EXECUTE FUNCTION park_task();

CREATE FUNCTION unpark_next_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE esoz.background_tasks SET is_parked = false
   WHERE is_parked
     AND id = (SELECT next.id FROM esoz.background_tasks next
                WHERE next.key = OLD.key AND (next.status IN ('QUEUED', 'RUNNING')) IS TRUE
                ORDER BY next.id
                LIMIT 1);
  RETURN NULL;
END $$;
CREATE TRIGGER unpark_next_task AFTER UPDATE ON background_tasks FOR EACH ROW
  WHEN (OLD.status IN ('QUEUED', 'RUNNING') AND NEW.status IN ('DONE', 'DEAD')) EXECUTE FUNCTION unpark_next_task();
CREATE TRIGGER unpark_next_task_of_deleted AFTER DELETE ON background_tasks FOR EACH ROW
  WHEN (OLD.status IN ('QUEUED', 'RUNNING')) EXECUTE FUNCTION unpark_next_task();

UPDATE background_tasks task SET is_parked = true
 WHERE task.status = 'QUEUED'
   AND EXISTS (SELECT FROM background_tasks ahead
                WHERE ahead.key = task.key AND ahead.id < task.id AND (ahead.status IN ('QUEUED', 'RUNNING')) IS TRUE);

DROP INDEX background_tasks_type_run_at_id_index;
CREATE INDEX background_tasks_type_is_parked_run_at_id_index ON background_tasks (type, is_parked, run_at, id) WHERE status = 'QUEUED';
