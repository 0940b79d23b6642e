-- Compositions, what a client sees of a job, and what a worker runs (data-model.md §6).

create table compositions (
  id uuid primary key,
  status varchar(255) collate "C" not null check (status in ('PRELIMINARY', 'FINAL', 'AMENDED', 'ENTERED_IN_ERROR')),
  type varchar(255) collate "C" not null check (type in ('TEMP_DISABILITY', 'NEWBORN')),
  category varchar(255) not null,
  title varchar(19) collate "C" not null unique,
  date timestamptz not null,
  subject_type varchar(255) not null check (subject_type in ('person', 'preperson')),
  subject_id uuid not null,
  focus_type varchar(255) not null check (focus_type in ('person', 'preperson')),
  focus_id uuid not null,
  episode_id uuid not null references episodes,
  encounter_id uuid not null references encounters,
  author_id uuid not null references employees,
  custodian_id uuid not null references legal_entities,
  period_start timestamptz not null,
  period_end timestamptz,
  extension jsonb not null default '[]',
  relates_to_code varchar(255) check (relates_to_code in ('appends', 'replaces', 'transforms', 'absent')),
  relates_to_id uuid references compositions,
  signed_at timestamptz,
  signed_content_key varchar(255),
  cancelled_at timestamptz,
  cancel_content_key varchar(255),
  cancel_reason_code varchar(255),
  cancel_reason_text text,
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz,
  updated_by uuid,
  constraint compositions_relates_to_check check ((relates_to_code is null) = (relates_to_id is null)),
  constraint compositions_signed_check check ((signed_at is null) = (signed_content_key is null)),
  constraint compositions_cancelled_check check
    (num_nonnulls(cancelled_at, cancel_content_key, cancel_reason_code, cancel_reason_text) in (0, 4))
);
create unique index compositions_newborn_subject_key on compositions (subject_id)
  where type = 'NEWBORN' and status in ('FINAL', 'AMENDED');
create index compositions_subject_id_type_period_start_index on compositions (subject_id, type, period_start);
create index compositions_focus_id_index on compositions (focus_id);
create index compositions_encounter_id_index on compositions (encounter_id);
create index compositions_custodian_id_date_index on compositions (custodian_id, date);
create index compositions_relates_to_id_index on compositions (relates_to_id) where relates_to_id is not null;
comment on column compositions.title is 'XXXX-XXXX-XXXX-XXXX of 0123456789AEHKMPTX';

create table composition_integrations (
  id uuid primary key,
  composition_id uuid not null references compositions,
  component varchar(255) not null check (component in ('DIIA', 'ERLN', 'MJU_DRACS')),
  type varchar(255) not null check (type in ('CREATE_ERLN_RECORD', 'CANCEL_ERLN_RECORD', 'NEWBORN_POST_COMPOSITION')),
  task_status varchar(255) not null check (task_status in ('PENDING', 'DONE', 'FAILED')),
  integration_status varchar(255),
  status_code varchar(255),
  status_message varchar(255),
  details jsonb,
  inserted_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index composition_integrations_composition_id_index on composition_integrations (composition_id);

create table async_jobs (
  id uuid primary key,
  client_id uuid not null,
  user_id uuid not null,
  kind varchar(255) not null check (kind in ('CREATE_COMPOSITION', 'SIGN_COMPOSITION', 'CANCEL_COMPOSITION')),
  status varchar(255) collate "C" not null check (status in ('PENDING', 'DONE', 'FAILED')),
  eta timestamptz not null,
  composition_id uuid,
  error_code integer,
  error_name varchar(255),
  error_message text,
  request_hash bytea not null check (octet_length(request_hash) = 32),
  request_id varchar(255) not null,
  inserted_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  done_at timestamptz,
  constraint async_jobs_done_at_check check ((status = 'PENDING') = (done_at is null)),
  constraint async_jobs_error_check check (status = 'FAILED' or num_nonnulls(error_code, error_name, error_message) = 0)
);
create unique index async_jobs_pending_request_key on async_jobs (client_id, user_id, request_hash)
  where status = 'PENDING';
create index async_jobs_done_at_index on async_jobs (done_at);

create table background_tasks (
  id bigint generated always as identity primary key,
  job_id uuid references async_jobs,
  type varchar(255) not null,
  key uuid not null,
  payload jsonb not null,
  status varchar(255) collate "C" not null check (status in ('QUEUED', 'RUNNING', 'DONE', 'DEAD')),
  attempts integer not null default 0,
  run_at timestamptz not null default now(),
  locked_by varchar(255),
  locked_until timestamptz,
  last_error text,
  inserted_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index background_tasks_run_at_index on background_tasks (run_at) where status = 'QUEUED';
-- An expired lease is looked for on every claim, a running task of the same key on every claim of that key.
create index background_tasks_locked_until_index on background_tasks (locked_until) where status = 'RUNNING';
create index background_tasks_key_index on background_tasks (key) where status in ('QUEUED', 'RUNNING');
create index background_tasks_job_id_index on background_tasks (job_id) where job_id is not null;
comment on column background_tasks.key is 'Tasks with equal key run one after another.';
