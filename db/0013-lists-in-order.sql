-- Lists in their order (inserted_at, id). Who sees all rows is shown the last page of a million as fast as the first: count and ids of a page
-- come from the index alone, also when a type of employee is asked for. Who sees its own goes by the index of its legal entity.
create index employees_listed_index on employees (status, inserted_at, id) include (employee_type) where is_active;
create index divisions_listed_index on divisions (inserted_at, id) where is_active;
create index healthcare_services_listed_index on healthcare_services (inserted_at, id) where is_active;
create index legal_entities_listed_index on legal_entities (inserted_at, id) where is_active;
create index legal_entities_edrpou_index on legal_entities (edrpou);
