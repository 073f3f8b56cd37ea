-- Values, beliefs and what connects them; every edit with its before and after; what is searched.
create schema if not exists ontology;

-- One row: the number of the newest revision. An edit locks it first, so edits are made one after the other.
create table ontology.head (
  is_only  boolean primary key default true check (is_only),
  revision integer not null check (revision >= 0)
);
insert into ontology.head (revision) values (0);

create table ontology.value (
  id          uuid primary key,
  name        text not null check (char_length(name) between 1 and 200),
  -- The name folded by the domain (databases fold letters beyond ASCII each in their own way).
  name_key    text collate "C" not null,
  description text not null check (char_length(description) between 1 and 10000),
  weight      double precision not null check (weight > 0 and weight <= 1),
  revision    integer not null,
  created_at  timestamptz(3) not null,
  updated_at  timestamptz(3) not null,
  deleted_at  timestamptz(3)
);
create unique index value_name on ontology.value (name_key) where deleted_at is null;

create table ontology.belief (
  id          uuid primary key,
  name        text not null check (char_length(name) between 1 and 200),
  name_key    text collate "C" not null,
  description text not null check (char_length(description) between 1 and 10000),
  credence    double precision not null check (credence between 0 and 1),
  strength    double precision not null check (strength between 0 and 1),
  converged   boolean not null,
  standing    text not null check (standing in ('IN_FORCE', 'DEFEATED')),
  task_types  text[] not null,
  rule        jsonb,
  level       text check (level in ('MUST', 'SHOULD')),
  revision    integer not null,
  created_at  timestamptz(3) not null,
  updated_at  timestamptz(3) not null,
  deleted_at  timestamptz(3)
);
create unique index belief_name on ontology.belief (name_key) where deleted_at is null;
create index belief_standing on ontology.belief (standing, name_key) where deleted_at is null;
create index belief_task_types on ontology.belief using gin (task_types) where deleted_at is null;

-- Relations and links have no past of their own here: what is taken away stands in the changes.
create table ontology.relation (
  id       uuid primary key,
  type     text not null check (type in ('SUPPORTS', 'CONTRADICTS', 'REFINES', 'DEPENDS_ON')),
  from_id  uuid not null references ontology.belief (id),
  to_id    uuid not null references ontology.belief (id),
  weight   double precision not null check (weight > 0 and weight <= 1),
  note     text,
  revision integer not null,
  check (from_id <> to_id),
  unique (type, from_id, to_id)
);
create index relation_from on ontology.relation (from_id, weight desc, id);
create index relation_to on ontology.relation (to_id, weight desc, id);

create table ontology.value_link (
  id        uuid primary key,
  belief_id uuid not null references ontology.belief (id),
  value_id  uuid not null references ontology.value (id),
  effect    text not null check (effect in ('PROMOTES', 'DEMOTES')),
  weight    double precision not null check (weight > 0 and weight <= 1),
  revision  integer not null,
  unique (belief_id, value_id)
);
create index value_link_value on ontology.value_link (value_id, weight desc, id);

create table ontology.revision (
  number       integer primary key check (number > 0),
  author       text not null,
  message      text,
  created_at   timestamptz(3) not null,
  change_count integer not null
);

create table ontology.change (
  revision integer not null references ontology.revision (number),
  ordinal  integer not null,
  kind     text not null,
  node_id  uuid not null,
  before   jsonb,
  after    jsonb,
  primary key (revision, ordinal)
);
create index change_node on ontology.change (node_id, revision);

-- Which revisions concern a thing: its own changes, and those of its relations and links.
create table ontology.revision_node (
  node_id  uuid not null,
  revision integer not null references ontology.revision (number),
  primary key (node_id, revision)
);

-- Apart from the nodes, so that a new strength rewrites no vector and touches no index of the search.
create table ontology.search_document (
  node_id       uuid primary key,
  kind          text not null check (kind in ('VALUE', 'BELIEF')),
  name          text not null,
  description   text not null,
  words         tsvector generated always as (
    setweight(to_tsvector('english'::regconfig, name), 'A') || setweight(to_tsvector('english'::regconfig, description), 'B')
  ) stored,
  embedding     public.vector(512),
  -- The model's name and a hash of the text that the embedding was computed from; null until it was.
  embedded_from text
);
create index search_document_words on ontology.search_document using gin (words);
create index search_document_letters on ontology.search_document using gin ((name || ' ' || description) public.gin_trgm_ops);
create index search_document_meaning on ontology.search_document using hnsw (embedding public.vector_cosine_ops);
