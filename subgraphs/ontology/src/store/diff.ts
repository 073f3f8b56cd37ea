import type { Sql } from '@mothership/platform/database'
import type { ChangeKind } from '../domain/change.ts'
import { type DiffCounts, type DiffEntry, type DiffPlace, entryOf } from '../domain/diff.ts'
import { ALL_THINGS, kindsOf, THINGS, type Thing } from '../domain/thing.ts'

/** Two revisions, to be compared in this direction. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** An entry with what places it in the list. */
export type PlacedEntry = DiffEntry & { readonly place: DiffPlace }

/**
 * What each thing was and became between the revisions $1 and $2, the lower first, however often it was changed; looked
 * at in reverse where $3. Reads the changes between them, and nothing else.
 */
const NET = `
  touched as (
    select distinct node_id as id from ontology.change where revision > $1::integer and revision <= $2::integer
  ),
  net as (
    select touched.id, last.kind,
           case when $3::boolean then last.after else first.before end as before,
           case when $3::boolean then first.before else last.after end as after
    from touched
    cross join lateral (
      select before from ontology.change
      where node_id = touched.id and revision > $1::integer and revision <= $2::integer order by revision limit 1
    ) first
    cross join lateral (
      select kind, after from ontology.change
      where node_id = touched.id and revision > $1::integer and revision <= $2::integer order by revision desc limit 1
    ) last
    where first.before is distinct from last.after
  )`

/** What a thing was called last, at the later of both revisions: by then, all ends exist or did. */
const nameOf = (id: string): string =>
  `(select coalesce(c.after, c.before) ->> 'name' from ontology.change c
    where c.node_id = (${id})::uuid and c.revision <= $2::integer order by c.revision desc limit 1)`

const STATE = 'coalesce(net.after, net.before)'

const isOf = (thing: Thing): string =>
  `net.kind in (${kindsOf(thing)
    .map((kind) => `'${kind}'`)
    .join(', ')})`

/** `labelOf`, as SQL. */
const labelOf = (thing: Thing): string => {
  const { label, ends } = THINGS[thing]
  const parts = label.map((field) => (field in ends ? nameOf(`${STATE} ->> '${field}'`) : `${STATE} ->> '${field}'`))
  return `concat_ws(' ', ${parts.join(', ')})`
}

const RANK = `case ${ALL_THINGS.map((thing, rank) => `when ${isOf(thing)} then ${rank}`).join(' ')} end`
const LABEL = `case ${ALL_THINGS.map((thing) => `when ${isOf(thing)} then ${labelOf(thing)}`).join(' ')} end`

const ENTRIES = `
  with ${NET},
  labelled as (select net.*, ${RANK} as rank, ${LABEL} as label from net),
  entry as (select *, lower(label) collate "C" as key from labelled)
  select id, kind, before, after, label, rank, key from entry
  where $4::integer is null or (rank, key, id) > ($4::integer, $5::text, $6::uuid)
  order by rank, key, id
  limit $7::integer`

const COUNTS = `
  with ${NET}
  select count(*) filter (where before is null)::integer as added,
         count(*) filter (where after is null)::integer as removed,
         count(*) filter (where before is not null and after is not null)::integer as changed
  from net`

const spanValues = ({ from, to }: Span): unknown[] => [Math.min(from, to), Math.max(from, to), from > to]

interface Row {
  id: string
  kind: ChangeKind
  before: DiffState
  after: DiffState
  label: string
  rank: number
  key: string
}
type DiffState = Parameters<typeof entryOf>[0]['before']

/** A page of what differs between two revisions, in one statement. */
export const findDiffEntries = async (
  sql: Sql,
  options: Span & { after: DiffPlace | null; limit: number },
): Promise<PlacedEntry[]> => {
  const { after } = options
  const place = [after?.rank ?? null, after?.key ?? null, after?.id ?? null]
  const rows = await sql.query<Row>(ENTRIES, [...spanValues(options), ...place, options.limit])
  return rows.map(({ label, rank, key, ...change }) => ({
    ...entryOf(change, label),
    place: { rank, key, id: change.id },
  }))
}

/** How much differs between two revisions, in one statement. */
export const countDiffEntries = async (sql: Sql, span: Span): Promise<DiffCounts> => {
  const [counts] = await sql.query<DiffCounts>(COUNTS, spanValues(span))
  return counts ?? { added: 0, removed: 0, changed: 0 }
}
