-- The unfinished tasks of one person are counted before another one is kept.
create index task_unfinished on task.task (submitted_by) where completed_at is null;
