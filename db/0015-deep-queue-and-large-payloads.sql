-- A claim reads the queue of one type from its beginning, and asks of each task whether it is the first of its key and whether one of
-- its key runs (Platform/Jobs). The planner's statistics know of next to nothing that waits or runs, so every index of such tasks looks
-- like the quickest way to any of them. The conditions are written so that each index serves its own question and no other.
drop index background_tasks_run_at_index;
create index background_tasks_type_run_at_id_index on background_tasks (type, run_at, id) where status = 'QUEUED';
drop index background_tasks_key_index;
create index background_tasks_key_id_index on background_tasks (key, id) where (status in ('QUEUED', 'RUNNING')) is true;
drop index background_tasks_locked_until_index;
create index background_tasks_locked_until_index on background_tasks (locked_until) where locked_until is not null;

-- The payload of a signed order is a container of up to 10 MB that no compression makes smaller.
alter table background_tasks alter payload set storage external;
