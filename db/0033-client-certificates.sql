-- Client certificates that an api-key is bound to (platform.md §2, checks 5c and 6d; docs/adr/0043-certificates-of-api-keys.md).
ALTER TABLE connections ADD COLUMN certificate_thumbprints text[] COLLATE "C" CHECK (
  cardinality(certificate_thumbprints) > 0 AND array_position(certificate_thumbprints, NULL) IS NULL
  AND array_to_string(certificate_thumbprints, ' ') ~ '^[0-9a-f]{64}( [0-9a-f]{64})*$');
COMMENT ON COLUMN connections.certificate_thumbprints IS
  'SHA-256 of client certificates (DER), one of which a connection must have shown to use the secret. Null = none is needed.';

DO $$ BEGIN PERFORM keep_record('connections'); END $$;
