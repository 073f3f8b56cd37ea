-- Which directives an edit of the ontology may make stale, and what they were compared with.

-- One row: the newest revision that this subgraph was told of. Who keeps a directive reads it under a lock, so that no
-- revision comes between what the directive was compiled from and its being watched.
create table directive.ontology_seen (
  is_only  boolean primary key default true check (is_only),
  revision integer not null
);
insert into directive.ontology_seen (revision) values (0);

-- The tasks' own directives whose tasks are not finished.
create table directive.unfinished (
  directive_id uuid primary key references directive.directive (id),
  task_id      text not null,
  -- The newest revision at which it was compared with what would be compiled.
  compared_at  integer not null
);
create index unfinished_task on directive.unfinished (task_id);
create index unfinished_compared on directive.unfinished (compared_at);

-- Those of finished tasks go as the events of the tasks are read, from the first one on.
insert into directive.unfinished (directive_id, task_id, compared_at)
select id, task_id, ontology_revision from directive.directive
where origin = 'SERVICE' and task_id is not null and status <> 'SUPERSEDED';
