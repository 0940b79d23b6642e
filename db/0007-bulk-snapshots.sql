-- Generations of the bulk export (data-model.md §9). The digests of each object are in the stored manifest.

create table bulk_generations (
  id uuid primary key,
  resource varchar(255) collate "C" not null,
  snapshot_at timestamptz not null,
  state varchar(255) collate "C" not null check (state in ('BUILDING', 'READY', 'FAILED', 'RETIRED')),
  row_count bigint,
  max_depth integer not null,
  depth_rows bigint[],
  depth_bytes bigint[],
  byte_size bigint,
  sha256 char(64) collate "C",
  object_prefix varchar(255),
  error text,
  started_at timestamptz not null default now(),
  finished_at timestamptz
);
create unique index bulk_generations_ready_resource_key on bulk_generations (resource) where state = 'READY';
create index bulk_generations_resource_started_at_index on bulk_generations (resource, started_at);
comment on column bulk_generations.snapshot_at is 'One instant for all resources that were built together.';
comment on column bulk_generations.depth_rows is 'Element k (from 1) counts the window of k days; the full set is row_count.';
