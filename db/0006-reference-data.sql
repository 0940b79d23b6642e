-- Dictionaries and parameters (data-model.md §8); their first values come with the seeds.

create table dictionaries (
  id uuid primary key,
  name varchar(255) collate "C" not null unique,
  description text,
  labels text[] not null default '{}',
  is_active boolean not null,
  is_editable boolean not null default false,
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz,
  updated_by uuid
);

create table dictionary_values (
  id uuid primary key,
  dictionary_id uuid not null references dictionaries,
  parent_id uuid references dictionary_values,
  code varchar(255) collate "C" not null,
  description text not null,
  is_active boolean not null default true,
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz,
  updated_by uuid,
  unique (dictionary_id, code)
);
create index dictionary_values_parent_id_index on dictionary_values (parent_id) where parent_id is not null;

create table global_parameters (
  id uuid primary key,
  parameter varchar(255) collate "C" not null unique,
  value varchar(255) not null,
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz,
  updated_by uuid
);
