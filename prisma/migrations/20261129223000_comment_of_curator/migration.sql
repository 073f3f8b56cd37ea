-- Whether who wrote it could curate then. Of those from before it is not known: they take nothing from what viewers may write.
alter table ontology.proposal_comment add column is_curators boolean not null default true;
