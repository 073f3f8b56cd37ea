-- A plan that a person approved goes with the task to its next attempts: SHA-256 of it, as canonical JSON.
alter table task.task add column approved_plan text;

-- How much of an attempt's steps was checked, as bytes of JSON like steps_bytes: 2 is an empty list. What is under way is
-- checked once more.
alter table task.attempt add column checked_bytes integer not null default 2;
