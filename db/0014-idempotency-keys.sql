-- Answers of creating methods that are to be given again to whoever sends the same key (header Idempotency-Key), for 24 hours.
create table idempotency_keys (
  client_id uuid not null,
  key varchar(255) collate "C" not null,
  request_hash bytea not null check (octet_length(request_hash) = 32),
  status integer,
  answer bytea,
  inserted_at timestamptz not null default now(),
  primary key (client_id, key),
  constraint idempotency_keys_answer_check check ((status is null) = (answer is null))
);
create index idempotency_keys_inserted_at_index on idempotency_keys (inserted_at);
comment on column idempotency_keys.status is 'Null only within the transaction that creates.';

-- As before, and the keys are purged.
create or replace function grant_runtime(grantee regrole) returns void language plpgsql set search_path = esoz, pg_temp as $$
begin
  execute format('grant usage on schema esoz to %s', grantee);
  execute format('grant select, insert, update on all tables in schema esoz to %s', grantee);
  execute format('grant delete on tokens, idempotency_keys, async_jobs, background_tasks, bulk_generations to %s', grantee);
  execute format('revoke insert, update on audit_log, events, schema_migrations from %s', grantee);
  execute (select string_agg(format('revoke all on %s from %s', inhrelid::regclass, grantee), '; ')
             from pg_inherits where inhparent in ('audit_log'::regclass, 'events'::regclass));
end $$;
