-- Which model computes the meanings of all documents now, and how that goes. One row: what a process died at, another
-- goes on with, and processes that are configured for different models agree on one.
create table ontology.embedding_pass (
  is_only      boolean primary key default true check (is_only),
  -- That which a process was last started with. What stands before the colon in search_document.embedded_from.
  model        text not null check (model <> '' and position(':' in model) = 0),
  -- How often all was computed afresh by `reembed`. It never goes back.
  number       integer not null default 0 check (number >= 0),
  started_at   timestamptz not null,
  -- When a process of this model was last there; after a silence, one of another model takes its place.
  seen_at      timestamptz not null,
  -- Why the model could not be asked when it was last tried; null: it could.
  failure      text,
  -- How often in a row documents could not be embedded, and until when none is tried.
  failures     integer not null default 0,
  paused_until timestamptz
);
-- All that was ever computed was by the built-in model.
insert into ontology.embedding_pass (model, started_at, seen_at)
values ('universal-sentence-encoder-lite-en', now(), now());
