-- Directives, what they rest on, and what was found when they were checked.
create schema if not exists directive;

create table directive.directive (
  id                uuid primary key,
  task_type         text not null,
  task_id           text,
  -- Whose: the task subgraph's, which governs the task, or one that a person had made beside it.
  origin            text not null check (origin in ('SERVICE', 'PERSON')),
  -- json, not jsonb: what people send may hold characters that jsonb refuses.
  input             json not null,
  content           json not null,
  ontology_revision integer not null,
  status            text not null check (status in ('ACTIVE', 'SUPERSEDED', 'STALE')),
  engine            jsonb not null,
  version           integer not null,
  created_at        timestamptz(3) not null
);
-- A task has one directive that stands; those before it are SUPERSEDED.
create unique index directive_task on directive.directive (task_id, origin) where status <> 'SUPERSEDED';
create index directive_newest on directive.directive (created_at desc, id desc);
create index directive_newest_of_type on directive.directive (task_type, created_at desc, id desc);

create table directive.constraint_belief (
  constraint_id uuid not null,
  belief_id     uuid not null,
  directive_id  uuid not null references directive.directive (id),
  primary key (constraint_id, belief_id)
);
create index constraint_belief_belief on directive.constraint_belief (belief_id, directive_id);
create index constraint_belief_directive on directive.constraint_belief (directive_id);

create table directive.compliance_report (
  id           uuid primary key,
  directive_id uuid not null references directive.directive (id),
  task_id      text,
  attempt      integer,
  phase        text not null check (phase in ('PLAN', 'DURING', 'RESULT')),
  origin       text not null check (origin in ('SERVICE', 'PERSON')),
  verdict      text not null check (verdict in ('COMPLIANT', 'VIOLATION', 'NEEDS_REVIEW')),
  findings     json not null,
  checked_at   timestamptz(3) not null
);
create index compliance_report_directive on directive.compliance_report (directive_id);
-- Once for a task's attempt and phase. DURING is asked again and again.
create unique index compliance_report_once on directive.compliance_report (task_id, attempt, phase, origin)
  where phase <> 'DURING';
