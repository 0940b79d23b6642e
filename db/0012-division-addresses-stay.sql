-- Addresses of a division are replaced as a whole. Those that were replaced stay, as every row of this registry does: the table is not in the
-- audit log, so they are the only trace of where a division was.
alter table division_addresses add column is_active boolean not null default true;
comment on column division_addresses.is_active is 'False = replaced, at updated_at by updated_by. Present ones are in the order of their ids.';
