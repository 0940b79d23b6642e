-- Patients and as much medical context as compositions need (data-model.md §5).

create table persons (
  id uuid primary key,
  status varchar(255) not null check (status in ('active', 'inactive')),
  birth_date date not null,
  gender varchar(255) not null,
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz,
  updated_by uuid
);

create table prepersons (
  id uuid primary key,
  status varchar(255) not null check (status in ('active', 'inactive')),
  birth_date date,
  gender varchar(255),
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz,
  updated_by uuid
);

create table authentication_methods (
  id uuid primary key,
  person_id uuid not null references persons,
  type varchar(255) not null check (type in ('OTP', 'OFFLINE', 'THIRD_PERSON')),
  phone_number varchar(255),
  is_active boolean not null,
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz,
  updated_by uuid
);
create index authentication_methods_person_id_index on authentication_methods (person_id);

create table episodes (
  id uuid primary key,
  patient_type varchar(255) not null check (patient_type in ('person', 'preperson')),
  patient_id uuid not null,
  managing_legal_entity_id uuid not null references legal_entities,
  status varchar(255) not null check (status in ('active', 'closed', 'entered_in_error')),
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz,
  updated_by uuid
);
create index episodes_patient_id_index on episodes (patient_id);

create table encounters (
  id uuid primary key,
  episode_id uuid not null references episodes,
  patient_type varchar(255) not null check (patient_type in ('person', 'preperson')),
  patient_id uuid not null,
  legal_entity_id uuid not null references legal_entities,
  performer_employee_id uuid not null references employees,
  status varchar(255) not null check (status in ('in_progress', 'finished', 'entered_in_error')),
  period_start timestamptz,
  period_end timestamptz,
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz,
  updated_by uuid
);
create index encounters_episode_id_index on encounters (episode_id);

create table conditions (
  id uuid primary key,
  encounter_id uuid not null references encounters,
  code_system varchar(255) not null,
  code varchar(255) not null,
  is_in_error boolean not null default false,
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz,
  updated_by uuid
);
create index conditions_encounter_id_index on conditions (encounter_id);
