-- From when on the windows of days of a bulk resource have every change (pis-bulk §3, data-model §9).

CREATE TABLE bulk_window_starts (
  resource varchar(255) COLLATE "C" PRIMARY KEY,
  valid_from timestamptz NOT NULL
);
COMMENT ON TABLE bulk_window_starts IS 'Rows were written with earlier change instants, or records changed their form: older copies need the full set.';

ALTER TABLE bulk_generations
  ADD COLUMN windows_valid_from timestamptz,
  ADD COLUMN form char(64) COLLATE "C";
COMMENT ON COLUMN bulk_generations.form IS 'SHA-256 of the query that made the records; another one means that unchanged rows have other records.';
