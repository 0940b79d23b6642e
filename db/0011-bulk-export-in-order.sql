-- The large tables of the bulk export are read in the order of its files (newest change first) without being sorted: the first rows come at once, no
-- temporary files of the size of the table are written, and a million employees take a tenth less. An insert costs about a tenth more.

create index employees_changed_at_index on employees ((coalesce(updated_at, inserted_at)) desc, id);
create index parties_changed_at_index on parties ((coalesce(updated_at, inserted_at)) desc, id);
