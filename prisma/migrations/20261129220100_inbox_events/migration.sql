-- The curators' inbox as the one entity that its events are of: one row, locked by each decision.
create table ontology.inbox (
  is_only boolean primary key default true check (is_only),
  version integer not null
);
insert into ontology.inbox (version) values (0);
