-- A task is linked to the trace of the request that created it (docs/adr/0057). Ids of traces are made by programs and belong to nobody.
ALTER TABLE background_tasks ADD COLUMN traceparent varchar(55) COLLATE "C";
COMMENT ON COLUMN background_tasks.traceparent IS 'W3C trace context of the request that created the task; null when it was not traced.';

-- Counted every few seconds for the metrics, and nearly always empty.
CREATE INDEX background_tasks_dead_type_index ON background_tasks (type) WHERE status = 'DEAD';
