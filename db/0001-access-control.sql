-- Users, clients, connections and tokens (data-model.md §7).
-- Secrets are kept as SHA-256 hex only; digests are compared bytewise, hence COLLATE "C".

create table users (
  id uuid primary key,
  email varchar(255) not null,
  tax_id varchar(255),
  is_blocked boolean not null default false,
  block_reason text,
  inserted_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index users_email_key on users (lower(email));

create table client_types (
  id uuid primary key,
  name varchar(255) collate "C" not null unique,
  scope text not null
);
comment on column client_types.scope is 'Scopes separated by single spaces.';

create table clients (
  id uuid primary key,
  name varchar(255) not null,
  client_type_id uuid not null references client_types,
  access_type varchar(255) not null check (access_type in ('DIRECT', 'BROKER')),
  scope text,
  broker_scope text,
  is_blocked boolean not null default false,
  block_reason text,
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz,
  updated_by uuid
);
create index clients_client_type_id_index on clients (client_type_id);
comment on column clients.id is 'Equals legal_entities.id when the client is a healthcare provider.';
comment on column clients.scope is 'Replaces the scope of the client type for this client; null = the type''s scope.';
comment on column clients.broker_scope is 'Null = no limit, empty string = nothing is allowed (platform.md §2, step 8).';

create table connections (
  id uuid primary key,
  client_id uuid not null references clients,
  consumer_id uuid not null references clients,
  redirect_uri varchar(255),
  secret_hash char(64) collate "C" not null unique check (secret_hash ~ '^[0-9a-f]{64}$'),
  expires_at timestamptz,
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz,
  updated_by uuid
);
create index connections_client_id_consumer_id_index on connections (client_id, consumer_id);
create index connections_consumer_id_index on connections (consumer_id);
comment on table connections is 'A pair may have several secrets, so that a key can be replaced without a gap (docs/known-quirks.md).';
comment on column connections.client_id is 'Owner of the secret: the system that an api-key identifies.';

create table tokens (
  id uuid primary key,
  name varchar(255) collate "C" not null check (name in
    ('access_token', 'refresh_token', 'authorization_code', '2fa_access_token', 'change_password_token')),
  value_hash char(64) collate "C" not null check (value_hash ~ '^[0-9a-f]{64}$'),
  user_id uuid not null references users,
  expires_at bigint not null,
  details jsonb not null,
  inserted_at timestamptz not null default now(),
  unique (value_hash, name)
);
create index tokens_expires_at_index on tokens (expires_at);
create index tokens_user_id_index on tokens (user_id);
comment on column tokens.expires_at is 'Unix seconds; a token is revoked by setting it to the present.';
comment on column tokens.details is '{client_id, scope, grant_type}';
