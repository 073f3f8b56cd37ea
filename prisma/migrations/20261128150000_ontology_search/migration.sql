-- What has words whose embedding is not computed yet: the work list of the background job, which outlives any process.
-- Apart from the documents, so that to take from it touches no index of the search.
create table ontology.embedding_due (
  node_id       uuid primary key references ontology.search_document (node_id) on delete cascade,
  -- How many documents changed along with it: those of small edits go first.
  edit_size     integer not null,
  -- Until then a process is at it.
  claimed_until timestamptz
);
create index embedding_due_order on ontology.embedding_due (edit_size, node_id);
-- Each is looked at once: one whose embedding is that of its words is only taken off the list.
insert into ontology.embedding_due (node_id, edit_size)
select node_id, count(*) over () from ontology.search_document;

-- The heaviest links of a belief, without reading all of them.
create index value_link_belief on ontology.value_link (belief_id, weight desc, id);
