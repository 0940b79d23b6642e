-- Second factors of two kinds, and the addresses from which a user signs in (sign-in.md §7, §13).
ALTER TABLE otps
  ALTER COLUMN code_hmac DROP NOT NULL,
  ADD COLUMN type varchar(255) COLLATE "C" NOT NULL DEFAULT 'SMS' CHECK (type IN ('SMS', 'TOTP')),
  ADD COLUMN factor varchar(255),
  ADD COLUMN factor_secret text,
  ADD COLUMN is_of_new_factor boolean NOT NULL DEFAULT false,
  ADD CHECK ((type = 'SMS') = (code_hmac IS NOT NULL));
COMMENT ON TABLE otps IS 'Codes of the second factor that are awaited, by the 2fa_access_token that asks for them.';
COMMENT ON COLUMN otps.code_hmac IS 'Of a code that was sent; null = the code is made by the user''s device.';
COMMENT ON COLUMN otps.factor IS 'Phone number to which the code was sent.';
COMMENT ON COLUMN otps.factor_secret IS 'Of a new TOTP factor, encrypted.';
COMMENT ON COLUMN otps.is_of_new_factor IS 'The right code makes this number or secret the factor.';

ALTER TABLE authentication_factors ADD COLUMN last_step bigint;
COMMENT ON COLUMN authentication_factors.last_step IS 'TOTP: time step of the last code that was accepted; no code of it or before it is accepted again.';

CREATE TABLE sign_in_addresses (
  user_id uuid NOT NULL REFERENCES users,
  address inet NOT NULL,
  last_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, address)
);
CREATE INDEX sign_in_addresses_last_at_index ON sign_in_addresses (last_at);
COMMENT ON TABLE sign_in_addresses IS 'From where a user has signed in: wrong passwords from elsewhere do not lock the user out there.';

-- Removes what is older than the password failures and known addresses are kept.
CREATE FUNCTION purge_sign_ins(failures interval, addresses interval) RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = esoz, pg_temp AS $$
  WITH failed AS (DELETE FROM failed_logins WHERE inserted_at < now() - failures RETURNING 1),
       known AS (DELETE FROM sign_in_addresses WHERE last_at < now() - addresses RETURNING 1)
  SELECT (SELECT count(*) FROM failed) + (SELECT count(*) FROM known)
$$;
REVOKE EXECUTE ON FUNCTION purge_sign_ins(interval, interval) FROM PUBLIC;

DO $$ BEGIN
  PERFORM keep_record('authentication_factors', excluded => '{factor,last_step}', deletable => 'false');
END $$;
