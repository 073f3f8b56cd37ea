-- The dependencies in the order in which the inbox lists those that are unmet, so that a page sorts nothing.
create index relation_depends on ontology.relation (weight desc, id) include (from_id, to_id) where type = 'DEPENDS_ON';
