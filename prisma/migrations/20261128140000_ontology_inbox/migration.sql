-- The curators' inbox: pairs of beliefs that are near in meaning, and what was decided about pairs.

-- Of what one belief has of another that was merged into it, the revision that merged them.
alter table ontology.revision_node add column inherited_in integer references ontology.revision (number);
create index revision_node_inherited on ontology.revision_node (inherited_in) where inherited_in is not null;

-- An impact follows DEPENDS_ON against its direction: a belief that thousands support has few of these.
create index relation_depends_from on ontology.relation (from_id, weight desc, id) where type = 'DEPENDS_ON';
create index relation_depends_to on ontology.relation (to_id, weight desc, id) where type = 'DEPENDS_ON';
create index relation_contradicts on ontology.relation (from_id, to_id) where type = 'CONTRADICTS';

-- From which of its embeddings a belief was compared with the others; none: it was not yet. Apart from the documents:
-- a new version of one of those is written into every index of the search.
create table ontology.comparison (
  node_id uuid primary key references ontology.search_document (node_id) on delete cascade,
  source  text not null
);

-- Two live beliefs that are near in meaning, the lower id first. It goes with either of them.
create table ontology.near_pair (
  first_id       uuid not null references ontology.search_document (node_id) on delete cascade,
  second_id      uuid not null references ontology.search_document (node_id) on delete cascade,
  similarity     double precision not null,
  -- The words in which they oppose each other; null where they do not.
  opposition     jsonb,
  -- One promotes a value that the other demotes.
  values_opposed boolean not null,
  primary key (first_id, second_id),
  check (first_id < second_id)
);
create index near_pair_second on ontology.near_pair (second_id);
create index near_pair_similarity on ontology.near_pair (similarity desc, first_id, second_id);
create index near_pair_opposed on ontology.near_pair (first_id, second_id) where opposition is not null or values_opposed;

-- What a person decided about a contradiction. It holds until one of the two changes.
create table ontology.contradiction_resolution (
  first_id       uuid not null references ontology.belief (id),
  second_id      uuid not null references ontology.belief (id),
  kind           text not null check (kind in ('DECLARED', 'SUSPECTED')),
  -- Why it was listed.
  ground         text not null,
  decision       text not null check (decision in ('KEEP_BOTH', 'SCOPE', 'SUPERSEDE', 'DISMISS')),
  reason         text not null,
  author         text not null,
  created_at     timestamptz(3) not null,
  -- The newest revision that it takes into account.
  known_revision integer not null,
  -- The revision that it led to; null where it led to none.
  revision       integer references ontology.revision (number),
  primary key (first_id, second_id),
  check (first_id < second_id)
);
create index contradiction_resolution_second on ontology.contradiction_resolution (second_id);

-- Pairs that a person said are no duplicates. It holds for the texts as they were.
create table ontology.duplicate_dismissal (
  first_id      uuid not null references ontology.belief (id),
  second_id     uuid not null references ontology.belief (id),
  first_source  text not null,
  second_source text not null,
  reason        text,
  author        text not null,
  created_at    timestamptz(3) not null,
  primary key (first_id, second_id),
  check (first_id < second_id)
);
