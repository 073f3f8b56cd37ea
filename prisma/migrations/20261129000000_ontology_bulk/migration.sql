-- What a bulk writes in its transaction is kept small.

-- A revision is written by the same few statements as its changes, by nothing else, and never deleted: to look it up for
-- each of a thousand rows once more took as long as to write them.
alter table ontology.change drop constraint change_revision_fkey;
alter table ontology.revision_node drop constraint revision_node_revision_fkey;
alter table ontology.strength drop constraint strength_revision_fkey;
alter table ontology.strength drop constraint strength_belief_id_fkey;

-- Which words of a document are counted in ontology.search_word: they are counted along with its embedding, off the path
-- of the edit. Apart from the documents, so that to count touches no index of the search; it outlives its document until
-- those words are taken off the count.
create table ontology.document_words (
  node_id uuid primary key,
  words   text[] not null
);
insert into ontology.document_words (node_id, words)
select node_id, array(
  select word from unnest(tsvector_to_array(to_tsvector('simple'::regconfig, name || ' ' || description))) as word
  where char_length(word) between 3 and 40
)
from ontology.search_document;
