create schema if not exists agent;

create table agent.credential (
  id            uuid primary key,
  name          text not null,
  secret_hash   text not null unique,
  supervised    boolean not null default false,
  issued_by     text not null,
  issued_at     timestamptz(3) not null default clock_timestamp(),
  secret_at     timestamptz(3) not null default clock_timestamp(),
  revoked_at    timestamptz(3),
  event_version integer not null default 1
);
create index credential_page on agent.credential (issued_at, id);
-- The supervisor finds its own again at each start.
create unique index credential_supervised on agent.credential (name) where supervised and revoked_at is null;

create table agent.agent (
  id              uuid primary key,
  credential_id   uuid not null references agent.credential (id),
  instance        text not null,
  name            text not null,
  version         text not null,
  skills          json not null,
  skill_ids       text[] not null,
  concurrency     integer not null check (concurrency between 1 and 100),
  config_schema   json,
  config          json not null default '{}',
  state           text not null check (state in ('STARTING', 'IDLE', 'BUSY', 'DEGRADED', 'DRAINING', 'OFFLINE')),
  state_due       boolean not null default false,
  has_beaten      boolean not null default false,
  has_left        boolean not null default false,
  is_draining     boolean not null default false,
  is_restarting   boolean not null default false,
  load            double precision not null default 0 check (load between 0 and 1),
  active          integer not null default 0,
  completed       integer not null default 0,
  failed          integer not null default 0,
  violations      integer not null default 0,
  durations       integer[] not null default '{}',
  last_error      text,
  recent_failures double precision[] not null default '{}',
  degraded_until  timestamptz(3),
  registered_at   timestamptz(3) not null default clock_timestamp(),
  last_seen_at    timestamptz(3) not null default clock_timestamp(),
  restarts        integer not null default 0,
  event_version   integer not null default 1,
  unique (credential_id, instance)
);
create index agent_page on agent.agent (registered_at, id);
create index agent_state on agent.agent (state, last_seen_at);
create index agent_state_due on agent.agent (id) where state_due;
create index agent_skills on agent.agent using gin (skill_ids);

create table agent.assignment (
  task_id  uuid primary key,
  agent_id uuid not null references agent.agent (id)
);
create index assignment_agent on agent.assignment (agent_id);
