-- What an agent said too soon after what it said before is told by an event a moment later.
alter table task.attempt add column is_progress_untold boolean not null default false;
