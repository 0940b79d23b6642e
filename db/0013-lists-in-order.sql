-- Lists of employees and legal entities in their order (inserted_at, id). Whoever sees all of them is shown the last page of a million as
-- fast as the first: the ids of a page and the count come from the index alone. Whoever sees its own goes by the index of its legal entity.

create index employees_listed_index on employees (status, inserted_at, id) where is_active;
create index legal_entities_listed_index on legal_entities (inserted_at, id) where is_active;
create index legal_entities_edrpou_index on legal_entities (edrpou);
