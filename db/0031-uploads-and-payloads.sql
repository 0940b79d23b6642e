-- Uploads through links of the embedded store (media-storage.md §6, docs/adr/0035). A row is committed before the content can be read, and
-- its audit row with it. The name of an object may be that of a person, so its digest stands for it.
CREATE TABLE media_uploads (
  id uuid PRIMARY KEY,
  bucket varchar(255) COLLATE "C" NOT NULL,
  resource_id uuid NOT NULL,
  name_digest char(64) COLLATE "C" NOT NULL,
  size bigint NOT NULL,
  content_digest char(64) COLLATE "C" NOT NULL,
  content_md5 char(32) COLLATE "C" NOT NULL,
  replaced_md5 char(32) COLLATE "C",
  replaced_at timestamptz,
  client_id uuid,
  request_id varchar(255) NOT NULL,
  inserted_at timestamptz NOT NULL DEFAULT now(),
  updated_by uuid
);
CREATE INDEX media_uploads_resource_id_inserted_at_index ON media_uploads (resource_id, inserted_at);
COMMENT ON TABLE media_uploads IS 'Rows are never changed. An upload that failed in its very last step has one as well.';
COMMENT ON COLUMN media_uploads.name_digest IS 'SHA-256 of the canonical name: the name of the file in the store.';
COMMENT ON COLUMN media_uploads.content_digest IS 'SHA-256 of the content.';
COMMENT ON COLUMN media_uploads.replaced_md5 IS 'Of the content that was there, which is kept below .versions; replaced_at is the time of its upload.';
COMMENT ON COLUMN media_uploads.client_id IS 'Client that asked for the link; updated_by is its user. Null when the access journal does not know the link.';

DO $$ BEGIN PERFORM keep_record('media_uploads'); END $$;
CREATE TRIGGER refuse_change BEFORE UPDATE ON media_uploads EXECUTE FUNCTION refuse_change();

-- The orders of a client with a body of 1 MiB or more that wait are counted before another one is accepted (compositions.md §5, §6).
ALTER TABLE async_jobs ADD COLUMN is_large boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN async_jobs.is_large IS 'The body of the request had 1 MiB or more.';
CREATE INDEX async_jobs_client_id_large_index ON async_jobs (client_id) WHERE status = 'PENDING' AND is_large;

-- The payload of a task that is DONE has been carried out. It holds personal data and signatures, so it is not kept any longer; a DEAD task
-- keeps it, because it can be started again.
UPDATE background_tasks SET payload = '{}' WHERE status = 'DONE';
COMMENT ON COLUMN background_tasks.payload IS 'Empty when the task is DONE.';
