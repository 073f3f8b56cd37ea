create schema if not exists task;

-- One row is one task and all that its state machine needs; what may be large stands in columns that are read alone.
create table task.task (
  id                  uuid primary key,
  type                text not null,
  input               jsonb not null,
  -- SHA-256 of type and input in canonical JSON: the same submission again, or another under the same key.
  input_hash          text not null,
  priority            integer not null check (priority between -100 and 100),
  state               text not null,
  progress            double precision,
  progress_message    text,
  attempts            integer not null default 0,
  max_attempts        integer not null,
  -- Attempts of earlier rounds, before a person retried the task: attempt numbers never repeat.
  earlier_attempts    integer not null default 0,
  -- The attempt in progress, or the last one where it was not given back.
  attempt_id          uuid,
  agent_id            text,
  credential_id       text,
  directive_id        text,
  -- What the server itself does of a directive: { budget, phases }.
  terms               jsonb,
  compliance_id       text,
  -- The report on the last attempt, for the next one.
  feedback_id         text,
  error               jsonb,
  review              jsonb,
  submitted_by        text not null,
  idempotency_key     text,
  deadline            timestamptz(3),
  correlation_id      text not null,
  -- The version of its last event.
  version             integer not null,
  -- When the server itself must look at the task; also the lease of whoever does.
  next_step_at        timestamptz(3),
  step_failures       integer not null default 0,
  created_at          timestamptz(3) not null,
  updated_at          timestamptz(3) not null,
  completed_at        timestamptz(3),
  check (attempts between 0 and max_attempts)
);
create unique index task_idempotency on task.task (submitted_by, idempotency_key);
create index task_steps on task.task (next_step_at) where next_step_at is not null;
-- The queue, in the order in which it is lent; and for skills that little of it fits.
create index task_queue on task.task (priority desc, created_at, id) include (type) where state = 'DIRECTED';
create index task_available on task.task (type, priority desc, created_at, id) where state = 'DIRECTED';
create index task_newest on task.task (created_at desc, id desc);
create index task_by_state on task.task (state, created_at desc, id desc);
create index task_by_type on task.task (type, created_at desc, id desc);
create index task_by_agent on task.task (agent_id, created_at desc, id desc) where agent_id is not null;
create index task_by_directive on task.task (directive_id, created_at desc, id desc) where directive_id is not null;

-- A task lent to an agent, once. Its id is the assignment's.
create table task.attempt (
  id                uuid primary key,
  task_id           uuid not null references task.task (id),
  number            integer not null,
  agent_id          text not null,
  credential_id     text not null,
  -- SHA-256: the token itself is shown once and kept by the agent alone.
  token_hash        text not null,
  assigned_at       timestamptz(3) not null,
  started_at        timestamptz(3),
  lease_expires_at  timestamptz(3) not null,
  -- Set where its agent registered again or went away: whoever still holds the token holds nothing.
  revoked_at        timestamptz(3),
  progress_event_at timestamptz(3),
  -- Why a person must look at the result even if it complies: a MUST that nobody could judge before.
  unjudged          text,
  plan              jsonb,
  has_checked_plan  boolean not null default false,
  ended_at          timestamptz(3),
  end_reason        text,
  -- SHA-256 of the agent's last word: the same again is answered, not refused.
  answer_hash       text,
  milliseconds      integer,
  steps             jsonb not null default '[]',
  steps_bytes       integer not null default 2,
  result            jsonb,
  trace             jsonb,
  unique (task_id, number),
  check ((ended_at is null) = (end_reason is null))
);
create index attempt_open on task.attempt (agent_id) where ended_at is null;
-- A task has one attempt at a time.
create unique index attempt_current on task.attempt (task_id) where ended_at is null;
