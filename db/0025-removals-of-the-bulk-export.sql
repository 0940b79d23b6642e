-- Records that left a resource of the bulk export (pis-bulk §3, data-model §9, docs/adr/0027). Copies from before this migration take the
-- full set: the query of every resource has another form now (bulk_generations.form).

CREATE TABLE bulk_removals (
  resource varchar(255) COLLATE "C" NOT NULL,
  id uuid NOT NULL,
  removed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX bulk_removals_resource_removed_at_index ON bulk_removals (resource, removed_at);
COMMENT ON TABLE bulk_removals IS 'Rows that were deleted, and former ids of rows whose id was changed. Kept for as long as the largest window may be.';
COMMENT ON COLUMN bulk_removals.removed_at IS 'Start of the transaction, as the change instants of rows.';

ALTER TABLE bulk_generations ADD COLUMN read_as_of text;
COMMENT ON COLUMN bulk_generations.read_as_of IS
  'The pg_snapshot that the generation was read from: the next build finds rows that were written since with older change instants.';

-- Triggers are not told their resource: it has the name of its table. They write as the owner, for whoever may delete.
CREATE FUNCTION record_removals() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = esoz, pg_temp AS $$
BEGIN
  INSERT INTO bulk_removals (resource, id) SELECT tg_table_name, id FROM removed;
  RETURN NULL;
END $$;

CREATE FUNCTION record_former_id() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = esoz, pg_temp AS $$
BEGIN
  INSERT INTO bulk_removals (resource, id) VALUES (tg_table_name, OLD.id);
  RETURN NULL;
END $$;

-- Everything was removed: a full set tells it better than a list.
CREATE FUNCTION record_truncation() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = esoz, pg_temp AS $$
BEGIN
  INSERT INTO bulk_window_starts AS known (resource, valid_from)
  SELECT tg_table_name, greatest(now(), max(snapshot_at)) FROM bulk_generations WHERE resource = tg_table_name AND state = 'READY'
  ON CONFLICT (resource) DO UPDATE SET valid_from = greatest(known.valid_from, excluded.valid_from);
  RETURN NULL;
END $$;

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['parties', 'employees', 'divisions', 'legal_entities', 'employee_roles', 'healthcare_services',
                              'contract_divisions'] LOOP
    EXECUTE format('CREATE TRIGGER record_removals AFTER DELETE ON %I REFERENCING OLD TABLE AS removed
                      FOR EACH STATEMENT EXECUTE FUNCTION record_removals()', name);
    EXECUTE format('CREATE TRIGGER record_former_id AFTER UPDATE OF id ON %I FOR EACH ROW
                      WHEN (OLD.id <> NEW.id) EXECUTE FUNCTION record_former_id()', name);
    EXECUTE format('CREATE TRIGGER record_truncation AFTER TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION record_truncation()', name);
  END LOOP;
END $$;

-- Runs as the owner, because it deletes.
CREATE FUNCTION purge_bulk_removals(resource text, before timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = esoz, pg_temp AS $$
  DELETE FROM bulk_removals removal WHERE removal.resource = $1 AND removal.removed_at < $2;
$$;
