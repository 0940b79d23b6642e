-- What the object store must hold, so that database and store can be compared (docs/adr/0056).
ALTER TABLE compositions
  ADD signed_content_digest char(64) COLLATE "C",
  ADD cancel_content_digest char(64) COLLATE "C";
COMMENT ON COLUMN compositions.signed_content_digest IS 'SHA-256 of the object; null for what was signed before it was recorded.';

-- An S3 store gives no MD5 for what it took in parts, and may give none at all.
ALTER TABLE media_uploads ALTER content_md5 DROP NOT NULL;

CREATE INDEX contracts_signed_content_folder_index ON contracts (lower(split_part(signed_content_location, '/', 2)) COLLATE "C");

-- Where the hourly comparison of database and store has got to, and what it found.
CREATE TABLE storage_looks (
  bucket varchar(255) COLLATE "C" PRIMARY KEY,
  last_folder text COLLATE "C",
  round_started_at timestamptz NOT NULL,
  round_records bigint NOT NULL,
  round_findings bigint NOT NULL,
  round_broken bigint NOT NULL,
  done_at timestamptz,
  done_records bigint,
  done_findings bigint,
  done_broken bigint,
  looked_at timestamptz NOT NULL
);
COMMENT ON TABLE storage_looks IS 'A round compares a whole bucket, some records an hour; done_… is of the last one that came to its end.';
