-- What imports kept of resources that have no place of their own, or that became a value or a belief. What is taken away
-- stands in the changes.
create table ontology.annotation (
  id       uuid primary key,
  subject  text not null,
  -- The value or belief that the resource became.
  node_id  uuid,
  -- The rest of each statement as canonical N-Triples, sorted.
  triples  jsonb not null,
  revision integer not null
);
create index annotation_node on ontology.annotation (node_id) where node_id is not null;
