-- Proposals with their discussion and decisions; how the ontology is edited; who looks at what.

-- One row. Whoever changes it locks the head first, so that no edit slips in under the former settings.
create table ontology.settings (
  is_only            boolean primary key default true check (is_only),
  direct_edits       text not null default 'ALLOWED' check (direct_edits in ('ALLOWED', 'PROPOSALS_REQUIRED')),
  required_approvals integer not null default 1 check (required_approvals between 1 and 10),
  -- How often they were changed: the version of their newest event.
  version            integer not null default 0
);
insert into ontology.settings default values;

create table ontology.proposal (
  id              uuid primary key,
  title           text not null check (char_length(title) between 1 and 200),
  description     text check (char_length(description) between 1 and 10000),
  author          text not null,
  base_revision   integer not null check (base_revision >= 0),
  -- As they are given in the schema, each with its id.
  changes         jsonb not null,
  change_count    integer not null check (change_count between 1 and 1000),
  status          text not null check (status in ('OPEN', 'MERGED', 'CLOSED')),
  merged_as       integer references ontology.revision (number),
  version         integer not null,
  -- The version that brought the present changes: a decision about an earlier one does not count.
  changes_version integer not null,
  comment_count   integer not null check (comment_count between 0 and 1000),
  -- The version of its newest event.
  event_count     integer not null,
  created_at      timestamptz(3) not null,
  updated_at      timestamptz(3) not null,
  check ((status = 'MERGED') = (merged_as is not null))
);
create index proposal_newest on ontology.proposal (created_at desc, id desc);
create index proposal_status on ontology.proposal (status, created_at desc, id desc);
create index proposal_author on ontology.proposal (author, created_at desc, id desc);

-- Each reviewer's newest decision.
create table ontology.proposal_review (
  proposal_id uuid not null references ontology.proposal (id),
  reviewer    text not null,
  decision    text not null check (decision in ('APPROVE', 'REQUEST_CHANGES')),
  comment     text check (char_length(comment) between 1 and 10000),
  -- The version of the proposal that was reviewed.
  version     integer not null,
  created_at  timestamptz(3) not null,
  primary key (proposal_id, reviewer)
);

create table ontology.proposal_comment (
  id           uuid primary key,
  proposal_id  uuid not null references ontology.proposal (id),
  -- Counted within the proposal, from 1; a thread bears the ordinal of the comment that begins it.
  ordinal      integer not null check (ordinal between 1 and 1000),
  thread       integer not null,
  reply_to     uuid references ontology.proposal_comment (id),
  change_index integer,
  author       text not null,
  text         text not null check (char_length(text) between 1 and 10000),
  -- The version of the proposal that it was said of.
  version      integer not null,
  created_at   timestamptz(3) not null,
  unique (proposal_id, thread, ordinal)
);

-- Unlogged: a heartbeat costs little, and who was there before a crash announces itself again.
create unlogged table ontology.presence (
  curator      text not null,
  session      text not null,
  node_id      uuid,
  is_editing   boolean not null,
  -- Since when this session is there: what keeps the order of a list.
  since        timestamptz(3) not null,
  last_seen_at timestamptz(3) not null,
  primary key (curator, session)
);
