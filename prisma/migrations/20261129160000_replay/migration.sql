-- What tasks would have come to under a draft of the ontology.

-- The tasks that are over, the last one first.
create index task_finished on task.task (completed_at desc, id desc) where completed_at is not null;

create table directive.replay (
  id                   uuid primary key,
  author               text not null,
  state                text not null check (state in ('RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED')),
  -- The draft, as the ontology subgraph takes it.
  changes              jsonb not null,
  base_revision        integer not null,
  proposal_id          text,
  -- How many tasks were asked for, how many there are, and how many were looked at.
  last                 integer not null,
  total                integer not null,
  done                 integer not null default 0,
  -- Where the next page of tasks begins; null: at the first one.
  cursor               text,
  directives_differing integer not null default 0,
  verdicts_differing   integer not null default 0,
  reason               text,
  -- How often in a row a page failed.
  failures             integer not null default 0,
  -- Counts its events.
  version              integer not null,
  -- Until then a process is at it; null: none is.
  leased_until         timestamptz,
  told_at              timestamptz not null,
  started_at           timestamptz(3) not null,
  ended_at             timestamptz(3)
);
create index replay_newest on directive.replay (started_at desc, id desc);
create index replay_running on directive.replay (author) where state = 'RUNNING';
create index replay_ended on directive.replay (ended_at desc) where state <> 'RUNNING';

create table directive.replay_difference (
  replay_id uuid not null references directive.replay (id) on delete cascade,
  -- The place of its task among those that were looked at, from 1.
  ordinal   integer not null,
  task_id   text not null,
  -- json, not jsonb: reasons and rules may hold characters that jsonb refuses.
  content   json not null,
  primary key (replay_id, ordinal)
);
