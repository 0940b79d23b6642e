-- Tasks of one key never run at once (compositions.md §11). Claiming looks for a running neighbour, but two nodes that claim at the
-- same moment do not see each other; this index has the last word.
create unique index background_tasks_running_key on background_tasks (key) where status = 'RUNNING';
