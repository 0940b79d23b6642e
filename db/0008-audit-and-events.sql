-- Audit log and status-change events (data-model.md §10, platform.md §13 and §14), written by triggers in the
-- transaction of the change.

create table audit_log (
  id uuid not null default gen_random_uuid(),
  actor_id varchar(255) not null,
  resource varchar(255) collate "C" not null,
  resource_id varchar(255) collate "C" not null,
  changeset jsonb not null,
  inserted_at timestamptz not null default now(),
  primary key (id, inserted_at)
) partition by range (inserted_at);
create index audit_log_resource_resource_id_inserted_at_index on audit_log (resource, resource_id, inserted_at);

create table events (
  id uuid not null default gen_random_uuid(),
  event_type text not null,
  entity_type text collate "C" not null,
  entity_id uuid not null,
  properties jsonb not null,
  event_time timestamptz not null default now(),
  changed_by uuid not null,
  inserted_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (id, inserted_at)
) partition by range (inserted_at);
create index events_event_time_index on events (event_time);
create index events_entity_type_entity_id_index on events (entity_type, entity_id);

-- A write never fails for want of a partition; ensure_partitions takes the rows out again.
create table audit_log_default partition of audit_log default;
create table events_default partition of events default;

create function ensure_partitions(months_ahead integer default 3) returns void language plpgsql
  security definer set search_path = esoz, pg_temp set timezone = 'UTC' as $$
declare
  parent text;
  part text;
  low timestamptz;
  high timestamptz;
begin
  perform pg_advisory_xact_lock(hashtext('esoz.ensure_partitions'));
  foreach parent in array array['audit_log', 'events'] loop
    for ahead in 0 .. months_ahead loop
      low := date_trunc('month', now()) + make_interval(months => ahead);
      high := low + interval '1 month';
      part := parent || to_char(low, '_YYYY_MM');
      continue when to_regclass(part) is not null;
      execute format('create table %I (like %I including all)', part, parent);
      execute format('with late as (delete from only %I where inserted_at >= %L and inserted_at < %L returning *)
                      insert into %I select * from late', parent || '_default', low, high, part);
      execute format('alter table %I attach partition %I for values from (%L) to (%L)', parent, part, low, high);
    end loop;
  end loop;
end $$;
comment on function ensure_partitions is
  'Creates the monthly partitions of audit_log and events from the present month on; called by the migrator and daily.';

do $$ begin perform ensure_partitions(); end $$;

create function refuse_delete() returns trigger language plpgsql as $$
begin
  raise exception 'Rows of % are never deleted', tg_table_name using errcode = 'restrict_violation';
end $$;

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'Rows of % are never changed', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger refuse_change before update or delete on audit_log execute function refuse_change();
create trigger refuse_change before update or delete on events execute function refuse_change();

-- Puts a table on record: from now on every inserted and every updated row gets its audit row in the same transaction, and a
-- change of one of the named states its event. A migration that adds a column to such a table calls keep_record again with the
-- same arguments.
--
-- changeset on insert: every column that is not null; on update: the columns that changed, with their new values; never id,
-- inserted_at, updated_at and the excluded ones; an empty one is not written. Instants are UTC with six fraction digits,
-- whatever the time zone of the session.
-- Author of a change: the row's updated_by, else the transaction's app.actor_id, else the system user.
--
-- The shape is for speed, as this runs on every write. The functions are written out for the table's present columns: comparing
-- them one by one costs half of comparing two to_jsonb(row). Updates write audit row and event in one statement: a second
-- trigger costs 40 µs more per change. Inserts are recorded once per statement from its transition table, which for one row
-- costs the same as a trigger per row and for many 26 µs instead of 48 µs a row.
create function keep_record(target regclass, entity text default null, states text[] default '{status}', excluded text[] default '{}')
  returns void language plpgsql set search_path = esoz, pg_temp as $do$
declare
  name text := (select relname from pg_class where oid = target);
  actor constant text :=
    'coalesce(new.updated_by::text, nullif(current_setting(''app.actor_id'', true), ''''), ''4261eacf-8008-4e62-899f-de1e2f7065f0'')';
  members text;
  absent text;
  changes text;
  events text := '';
begin
  select string_agg(format('%L, %s', attname, value), ', ' order by attnum),
         string_agg(format('case when new.%I is null then %L end', attname, attname), ', ' order by attnum) filter (where not attnotnull),
         string_agg(format(E'  if %s then changeset := changeset || jsonb_build_object(%L, %s); end if;\n', changed, attname, value),
                    '' order by attnum)
    into members, absent, changes
    from (select attname, attnum, attnotnull,
                 case atttypid
                   when 'timestamptz'::regtype
                     then format('to_char(new.%I at time zone ''UTC'', ''YYYY-MM-DD"T"HH24:MI:SS.US"Z"'')', attname)
                   else format('new.%I', attname)
                 end as value,
                 case atttypid
                   when 'json'::regtype then format('new.%1$I::jsonb is distinct from old.%1$I::jsonb', attname)
                   else format('new.%1$I is distinct from old.%1$I', attname)
                 end as changed
            from pg_attribute
           where attrelid = target and attnum > 0 and not attisdropped
             and attname <> all ('{id,inserted_at,updated_at}' || excluded)) columns;

  if entity is not null then
    select E'  with event as (\n    insert into events (event_type, entity_type, entity_id, properties, changed_by)\n    '
           || string_agg(format('select %L, %L, new.id, jsonb_build_object(%L, jsonb_build_object(''new_value'', new.%I)), actor::uuid '
                                'where new.%4$I is distinct from old.%4$I',
                                case state when 'status' then 'StatusChangeEvent' else 'StateChangeEvent' end, entity, state, state),
                         E'\n    union all ')
           || E'\n  )\n'
      into events
      from unnest(states) as state;
  end if;

  execute format($create$
create or replace function %1$I() returns trigger language plpgsql security definer set search_path = esoz, pg_temp as $body$
#variable_conflict use_column
begin
  insert into audit_log (actor_id, resource, resource_id, changeset)
  select %2$s, %3$L, new.id, jsonb_build_object(%4$s) - array_remove(array[%5$s]::text[], null) from added as new;
  return null;
end $body$
$create$, 'record_new_' || name, actor, name, members, absent);

  execute format($create$
create or replace function %1$I() returns trigger language plpgsql security definer set search_path = esoz, pg_temp as $body$
declare
  changeset jsonb := '{}';
  actor text := %2$s;
begin
%4$s  if changeset = '{}' then return null; end if;
%5$s  insert into audit_log (actor_id, resource, resource_id, changeset) values (actor, %3$L, new.id, changeset);
  return null;
end $body$
$create$, 'record_changed_' || name, actor, name, changes, events);

  execute format('create or replace trigger record_new after insert on %s referencing new table as added
                    for each statement execute function %I()', target, 'record_new_' || name);
  execute format('create or replace trigger record_changed after update on %s for each row execute function %I()',
                 target, 'record_changed_' || name);
  execute format('create or replace trigger refuse_delete before delete on %s execute function refuse_delete()', target);
end $do$;

do $$ begin
  perform keep_record('legal_entities', entity => 'LegalEntity');
  perform keep_record('parties');
  perform keep_record('employees', entity => 'Employee');
  perform keep_record('divisions');
  perform keep_record('healthcare_services');
  perform keep_record('employee_roles', entity => 'EmployeeRole');
  perform keep_record('contracts', entity => 'Contract', states => '{status,is_suspended}');
  perform keep_record('contract_divisions');
  perform keep_record('contract_employees');
  perform keep_record('contract_medical_programs');
  perform keep_record('compositions', entity => 'Composition');
  perform keep_record('clients');
  perform keep_record('connections', excluded => '{secret_hash}');
end $$;

-- For deployments whose server does not own the schema: everything the program does at run time and nothing else.
-- Run again after a migration that adds a table.
create function grant_runtime(grantee regrole) returns void language plpgsql set search_path = esoz, pg_temp as $$
begin
  execute format('grant usage on schema esoz to %s', grantee);
  execute format('grant select, insert, update on all tables in schema esoz to %s', grantee);
  execute format('grant delete on tokens, async_jobs, background_tasks, bulk_generations to %s', grantee);
  execute format('revoke insert, update on audit_log, events, schema_migrations from %s', grantee);
  execute (select string_agg(format('revoke all on %s from %s', inhrelid::regclass, grantee), '; ')
             from pg_inherits where inhparent in ('audit_log'::regclass, 'events'::regclass));
end $$;
