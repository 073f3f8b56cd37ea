-- Looking back: what the changes do not tell (strengths), and indexes to find what hung on a thing at a revision.

-- Strengths are derived, and no change of the belief itself: a row for each revision that made a belief's another.
create table ontology.strength (
  belief_id uuid not null references ontology.belief (id),
  revision  integer not null references ontology.revision (number),
  strength  double precision not null check (strength between 0 and 1),
  converged boolean not null,
  standing  text not null check (standing in ('IN_FORCE', 'DEFEATED')),
  primary key (belief_id, revision)
);

-- What the strengths of beliefs were before this table was kept is not known. Their present one stands for it, from
-- the revision that made each: the past of an older database shows what beliefs said, with the strengths of today.
insert into ontology.strength (belief_id, revision, strength, converged, standing)
select b.id, first.revision, b.strength, b.converged, b.standing
from ontology.belief b
cross join lateral (select min(c.revision) as revision from ontology.change c where c.node_id = b.id) first
where first.revision is not null;

-- The ends of relations and links never change, so they are the same in each of a thing's changes. The conditions and
-- expressions must be those of store/past-sql.ts, letter by letter, or the indexes are not used.
create index change_relation_from on ontology.change (((coalesce(after, before) ->> 'from')::uuid), node_id, revision desc)
  where kind in ('relateBeliefs', 'unrelateBeliefs');
create index change_relation_to on ontology.change (((coalesce(after, before) ->> 'to')::uuid), node_id, revision desc)
  where kind in ('relateBeliefs', 'unrelateBeliefs');
create index change_link_belief on ontology.change (((coalesce(after, before) ->> 'belief')::uuid), node_id, revision desc)
  where kind in ('linkValue', 'unlinkValue');
create index change_link_value on ontology.change (((coalesce(after, before) ->> 'value')::uuid), node_id, revision desc)
  where kind in ('linkValue', 'unlinkValue');
