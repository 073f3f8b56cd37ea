// The pieces of SQL that look back. `c` is a change; what a thing was at a revision is its newest change up to it.

/** The kinds of change of each kind of thing. */
export const VALUE_KINDS = `('createValue', 'updateValue', 'deleteValue')`
export const BELIEF_KINDS = `('createBelief', 'updateBelief', 'deleteBelief')`
// As in the conditions of the indexes on ontology.change, letter by letter, or those are not used.
export const RELATION_KINDS = `('relateBeliefs', 'unrelateBeliefs')`
export const LINK_KINDS = `('linkValue', 'unlinkValue')`

/** An end of the relation or link that a change is of: as in the indexes on ontology.change. */
const end = (name: 'from' | 'to' | 'belief' | 'value'): string => `((coalesce(c.after, c.before) ->> '${name}')::uuid)`

export const FROM = end('from')
export const TO = end('to')
export const BELIEF = end('belief')
export const VALUE = end('value')

/** The newest change up to revision $2 of each relation or link that the condition picks; those removed are among them. */
export const newest = (kinds: string, condition: string): string =>
  `select distinct on (c.node_id) c.node_id as id, c.revision, c.after,
          (c.after ->> 'weight')::float8 as weight
   from ontology.change c
   where c.kind in ${kinds} and ${condition} and c.revision <= $2::integer
   order by c.node_id, c.revision desc`

/** The columns of a relation, of rows of `newest` as r, as the domain names them. */
export const PAST_RELATION = `r.id, r.after ->> 'type' as type, r.after ->> 'from' as "from", r.after ->> 'to' as "to",
  r.weight, r.after ->> 'note' as note, r.revision, $2::integer as "asOf"`

/** The columns of a link, of rows of `newest` as l, as the domain names them. */
export const PAST_LINK = `l.id, l.after ->> 'belief' as belief, l.after ->> 'value' as value, l.after ->> 'effect' as effect,
  l.weight, l.revision, $2::integer as "asOf"`

/** The strength at revision $2 of the belief of that id, as `s`: every belief has had one since it was made. */
export const strengthAt = (id: string): string =>
  `cross join lateral (
     select strength, converged, standing from ontology.strength
     where belief_id = ${id} and revision <= $2::integer order by revision desc limit 1
   ) s`
