import type { Sql } from '@mothership/platform/database'
import type { ChangeKind } from '../domain/change.ts'
import { type DiffCounts, type DiffEntry, type DiffPlace, entryOf } from '../domain/diff.ts'
import { ALL_THINGS, kindsOf, THINGS, type Thing } from '../domain/thing.ts'
import type { Owned } from './pages.ts'
import { asJson } from './sql.ts'

/** Two revisions, to be compared in this direction. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** An entry with what places it in the list. */
export type PlacedEntry = DiffEntry & { readonly place: DiffPlace }

/** The revisions after `lower`, up to `upper`, and whether to look at them in reverse: each as SQL. */
interface SqlSpan {
  readonly lower: string
  readonly upper: string
  readonly isReversed: string
}

/** The two revisions of the parameters 5 and 6, the lower first; in reverse where 7. */
const GIVEN: SqlSpan = { lower: '$5::integer', upper: '$6::integer', isReversed: '$7::boolean' }
/** What one revision alone did. */
const ONE: SqlSpan = { lower: '(revision.number - 1)', upper: 'revision.number', isReversed: 'false' }
/** The revisions of the parameter n, a JSON list of their numbers. */
const revisions = (n: number): string =>
  `(select number::integer from jsonb_array_elements_text($${n}::jsonb) as list (number)) revision`

/**
 * What each thing was and became between two revisions, however often it was changed. Reads the changes between them,
 * and nothing else.
 */
const netOf = ({ lower, upper, isReversed }: SqlSpan): string => `
  touched as (
    select distinct node_id as id from ontology.change c where c.revision > ${lower} and c.revision <= ${upper}
  ),
  net as (
    select touched.id, last.kind,
           case when ${isReversed} then last.after else first.before end as before,
           case when ${isReversed} then first.before else last.after end as after
    from touched
    cross join lateral (
      select c.before from ontology.change c
      where c.node_id = touched.id and c.revision > ${lower} and c.revision <= ${upper} order by c.revision limit 1
    ) first
    cross join lateral (
      select c.kind, c.after from ontology.change c
      where c.node_id = touched.id and c.revision > ${lower} and c.revision <= ${upper} order by c.revision desc limit 1
    ) last
    where first.before is distinct from last.after
  )`

/** What a thing was called last, at the later of both revisions: by then, all ends exist or did. */
const nameOf = (id: string, { upper }: SqlSpan): string =>
  `(select coalesce(c.after, c.before) ->> 'name' from ontology.change c
    where c.node_id = (${id})::uuid and c.revision <= ${upper} order by c.revision desc limit 1)`

const STATE = 'coalesce(net.after, net.before)'

const isOf = (thing: Thing): string =>
  `net.kind in (${kindsOf(thing)
    .map((kind) => `'${kind}'`)
    .join(', ')})`

/** `labelOf`, as SQL. */
const labelOf = (thing: Thing, span: SqlSpan): string => {
  const { label, ends } = THINGS[thing]
  const parts = label.map((field) =>
    field in ends ? nameOf(`${STATE} ->> '${field}'`, span) : `${STATE} ->> '${field}'`,
  )
  return `concat_ws(' ', ${parts.join(', ')})`
}

const RANK = `case ${ALL_THINGS.map((thing, rank) => `when ${isOf(thing)} then ${rank}`).join(' ')} end`
const labelIn = (span: SqlSpan): string =>
  `case ${ALL_THINGS.map((thing) => `when ${isOf(thing)} then ${labelOf(thing, span)}`).join(' ')} end`

/**
 * A page of $4 entries, after the place of $1, $2 and $3. Labels are looked up for no more kinds of things
 * than the page can reach, those of the cursor's own kind among them.
 */
const entriesOf = (span: SqlSpan): string => `
  with ${netOf(span)},
  ranked as materialized (
    select * from (select net.*, ${RANK} as rank from net) net where rank >= coalesce($1::integer, 0)
  ),
  reached as (
    select min(rank) as rank from (
      select rank, sum(count(*)) over (order by rank) as total
      from ranked where $1::integer is null or rank > $1::integer group by rank
    ) totals where total >= $4::integer
  ),
  labelled as (
    select net.*, ${labelIn(span)} as label
    from ranked net where rank <= coalesce((select rank from reached), ${ALL_THINGS.length})
  ),
  entry as (select *, lower(label) collate "C" as key from labelled)
  select id, kind, before, after, label, rank, key from entry
  where $1::integer is null or (rank, key, id) > ($1::integer, $2::text, $3::uuid)
  order by rank, key, id
  limit $4::integer`

const countsOf = (span: SqlSpan): string => `
  with ${netOf(span)}
  select count(*) filter (where before is null)::integer as added,
         count(*) filter (where after is null)::integer as removed,
         count(*) filter (where before is not null and after is not null)::integer as changed
  from net`

const ENTRIES = entriesOf(GIVEN)
const ENTRIES_EACH = `
  select revision.number::text as owner, page.* from ${revisions(5)} cross join lateral (${entriesOf(ONE)}) page
  order by revision.number, page.rank, page.key, page.id`
const COUNTS = countsOf({ lower: '$1::integer', upper: '$2::integer', isReversed: '$3::boolean' })
const COUNTS_EACH = `
  select revision.number, counts.* from ${revisions(1)} cross join lateral (${countsOf(ONE)}) counts`

const spanValues = ({ from, to }: Span): unknown[] => [Math.min(from, to), Math.max(from, to), from > to]
const placeValues = (after: DiffPlace | null): unknown[] => [after?.rank ?? null, after?.key ?? null, after?.id ?? null]

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

interface Page {
  readonly after: DiffPlace | null
  readonly limit: number
}

const toPlaced = ({ label, rank, key, ...change }: Row): PlacedEntry => ({
  ...entryOf(change, label),
  place: { rank, key, id: change.id },
})

/** A page of what differs between two revisions, in one statement. */
export const findDiffEntries = async (sql: Sql, { after, limit, ...span }: Span & Page): Promise<PlacedEntry[]> => {
  const rows = await sql.query<Row>(ENTRIES, [...placeValues(after), limit, ...spanValues(span)])
  return rows.map(toPlaced)
}

/** How much differs between two revisions, in one statement. */
export const countDiffEntries = async (sql: Sql, span: Span): Promise<DiffCounts> => {
  const [counts] = await sql.query<DiffCounts>(COUNTS, spanValues(span))
  return counts ?? { added: 0, removed: 0, changed: 0 }
}

/** A page of what each of some revisions did, in one statement; an owner is the number of one. */
export const findRevisionEntries = async (
  sql: Sql,
  { owners, after, limit }: Page & { owners: readonly string[] },
): Promise<Owned<PlacedEntry>[]> => {
  const rows = await sql.query<Owned<Row>>(ENTRIES_EACH, [...placeValues(after), limit, asJson(owners)])
  return rows.map(({ owner, ...row }) => ({ owner, ...toPlaced(row) }))
}

/** How much each of some revisions did, in one statement. */
export const countRevisionEntries = (
  sql: Sql,
  numbers: readonly number[],
): Promise<(DiffCounts & { number: number })[]> =>
  sql.query<DiffCounts & { number: number }>(COUNTS_EACH, [asJson(numbers)])
