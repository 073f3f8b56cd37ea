-- What every subgraph stands on: extensions, the event log and the positions of its consumers.
create extension if not exists vector with schema public;
create extension if not exists pg_trgm with schema public;

create schema if not exists events;

create table events.event (
  id              bigint generated always as identity primary key,
  -- Null until the sequencer has numbered it. Readers see only what has a position.
  position        bigint unique,
  stream          text not null,
  entity_id       text not null,
  version         integer not null,
  type            text not null,
  payload         jsonb not null,
  payload_version integer not null,
  at              timestamptz(3) not null default clock_timestamp(),
  unique (stream, entity_id, version)
);
create index event_pending on events.event (id) where position is null;
create index event_stream on events.event (stream, position);
create index event_entity on events.event (stream, entity_id, position);

-- One row: the last position that was given.
create table events.head (
  is_only  boolean primary key default true check (is_only),
  position bigint not null
);
insert into events.head (position) values (0);

create table events.consumer (
  name       text primary key,
  position   bigint not null default 0,
  updated_at timestamptz(3) not null default clock_timestamp()
);
