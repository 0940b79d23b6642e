-- Contracts, their children and the declarations that count against a limit (data-model.md §3, §4).

create table contracts (
  id uuid primary key,
  type varchar(255) collate "C" not null check (type in ('CAPITATION', 'REIMBURSEMENT', 'GB_CBP')),
  status varchar(255) collate "C" not null check (status in ('VERIFIED', 'TERMINATED')),
  status_reason text,
  reason text,
  start_date date not null,
  end_date date not null,
  contractor_legal_entity_id uuid not null references legal_entities,
  contractor_owner_id uuid not null references employees,
  contractor_base varchar(255) not null,
  contractor_payment_details jsonb not null,
  contractor_rmsp_amount integer,
  external_contractor_flag boolean,
  external_contractors jsonb,
  nhs_legal_entity_id uuid not null references legal_entities,
  nhs_signer_id uuid not null references employees,
  nhs_signer_base varchar(255),
  issue_city varchar(255),
  nhs_payment_method varchar(255),
  nhs_contract_price double precision,
  nhs_signed_date date not null,
  contract_number varchar(255) collate "C",
  contract_request_id uuid unique,
  parent_contract_id uuid references contracts,
  id_form varchar(255) not null,
  is_suspended boolean not null default false,
  signed_content_location varchar(1024),
  is_active boolean not null default true,
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz,
  updated_by uuid
);
create index contracts_end_date_index on contracts (end_date desc);
create index contracts_contractor_legal_entity_id_status_is_active_index
  on contracts (contractor_legal_entity_id, status, is_active);
create unique index contracts_verified_number_key on contracts (contract_number)
  where status = 'VERIFIED' and is_active;
comment on column contracts.signed_content_location is 'bucket/resource_id/resource_name';

create table contract_divisions (
  id uuid primary key,
  contract_id uuid not null references contracts,
  division_id uuid not null references divisions,
  is_active boolean not null default true,
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz,
  updated_by uuid
);
create index contract_divisions_contract_id_index on contract_divisions (contract_id) where is_active;

create table contract_employees (
  id uuid primary key,
  contract_id uuid not null references contracts,
  employee_id uuid not null references employees,
  division_id uuid not null references divisions,
  staff_units double precision not null check (staff_units between 0 and 1),
  declaration_limit integer not null check (declaration_limit >= 0),
  start_date timestamptz not null,
  end_date timestamptz,
  is_active boolean not null default true,
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz,
  updated_by uuid
);
create index contract_employees_contract_id_index on contract_employees (contract_id) where is_active;
create index contract_employees_employee_id_index on contract_employees (employee_id);
create index contract_employees_division_id_index on contract_employees (division_id);

create table contract_medical_programs (
  id uuid primary key,
  contract_id uuid not null references contracts,
  medical_program_id uuid not null,
  is_active boolean not null default true,
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz,
  updated_by uuid
);
create index contract_medical_programs_contract_id_index on contract_medical_programs (contract_id) where is_active;
create unique index contract_medical_programs_active_program_key
  on contract_medical_programs (contract_id, medical_program_id) where is_active;
comment on column contract_medical_programs.medical_program_id is 'No foreign key: programmes are not kept here.';

create table declarations (
  id uuid primary key,
  employee_id uuid not null references employees,
  division_id uuid not null references divisions,
  legal_entity_id uuid not null references legal_entities,
  person_id uuid not null,
  status varchar(255) collate "C" not null check (status in
    ('active', 'pending_verification', 'terminated', 'closed', 'rejected')),
  start_date date not null,
  end_date date not null,
  is_active boolean not null,
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz,
  updated_by uuid
);
create index declarations_counted_employee_id_index on declarations (employee_id)
  where status in ('active', 'pending_verification');
