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

-- The heaviest relations and links of a node with their other ends, without a look at the tables.
drop index ontology.relation_from;
drop index ontology.relation_to;
drop index ontology.value_link_value;
create index relation_from on ontology.relation (from_id, weight desc, id) include (to_id);
create index relation_to on ontology.relation (to_id, weight desc, id) include (from_id);
create index value_link_value on ontology.value_link (value_id, weight desc, id) include (belief_id);
create index value_link_belief on ontology.value_link (belief_id, weight desc, id) include (value_id);

-- The words of all documents and in how many of them each stands, unstemmed: what a misspelt word of a query is corrected to. To look for the
-- letters of a query in the documents themselves takes seconds where they are many.
create table ontology.search_word (
  word text collate "C" primary key check (char_length(word) between 3 and 40),
  uses integer not null
);
create index search_word_unused on ontology.search_word (word) where uses <= 0;
create index search_word_letters on ontology.search_word using gin (word public.gin_trgm_ops);
insert into ontology.search_word (word, uses)
select word, count(*) from ontology.search_document,
  unnest(tsvector_to_array(to_tsvector('simple'::regconfig, name || ' ' || description))) as word
where char_length(word) between 3 and 40 group by word;
drop index ontology.search_document_letters;
-- What has a word in its name is better than what has it in its description.
create index search_document_name on ontology.search_document using gin (to_tsvector('english'::regconfig, name));
-- Beside the row rather than out of line: an exact comparison of thousands of vectors reads each page once.
alter table ontology.search_document alter column embedding set storage plain;
-- Denser than by default (16, 64), which does not lead a query that is unlike all documents to what is nearest to it.
drop index ontology.search_document_meaning;
create index search_document_meaning on ontology.search_document using hnsw (embedding public.vector_cosine_ops)
  with (m = 32, ef_construction = 200);
