import { createOntologySubgraph } from '@mothership/ontology/subgraph'
import { startTestSubgraph } from '@mothership/platform/testing'
import { createRandom, randomUuid } from '../random.ts'
import { inMilliseconds, percentile, type Row, timeEach } from '../table.ts'

const SMALL = 1_000
const LARGE = 100_000
/** So many of the beliefs bear on one of them. */
const SPOKES = 50_000
const RELATIONS_EACH = 6
/** So that what is within two steps is more than the limit in both. */
const BELIEFS_A_VALUE = 400
const READS = 60
const WARM_UP = 20

/** What surrounds a belief, through the service: in a large graph beside a small one, and around a hub. */
export const measure = async (): Promise<Row[]> => {
  const small = await measureGraph(SMALL, 0)
  const large = await measureGraph(LARGE, SPOKES)
  const row = (what: string, median: number, goal: number): Row => {
    const ratio = median / small.median
    return {
      what,
      measured: `p50 ${inMilliseconds(median)}`,
      limit: `at ${SMALL} beliefs: p50 ${inMilliseconds(small.median)}`,
      goal: `at most ${goal} x`,
      reached: `${ratio.toFixed(2)} x`,
      isReached: ratio <= goal,
    }
  }
  return [
    row(`neighborhood(depth 2, limit 300) at ${LARGE} beliefs on ${large.kind}`, large.median, 1.5),
    row(`the same around a hub of ${SPOKES} relations`, large.hub, 3),
  ]
}

const READ = `query ($ids: [ID!]!) { neighborhood(ids: $ids, depth: 2, limit: 300) { truncated
  beliefs { id name strength standing } values { id name weight }
  relations { id type weight from { id } to { id } } valueLinks { id effect weight belief { id } value { id } } } }`

const measureGraph = async (size: number, spokes: number) => {
  const t = await startTestSubgraph(createOntologySubgraph({ starter: null }))
  try {
    const { database } = t.runtime
    const random = createRandom(4)
    const ids = Array.from({ length: size }, () => randomUuid(random))
    const id = (place: number): string => ids[place] as string
    const any = (): number => Math.floor(random() * size)
    const values = Array.from({ length: Math.ceil(size / BELIEFS_A_VALUE) }, () => randomUuid(random))
    await insert(
      database,
      INSERT_BELIEFS,
      ids.map((own, place) => ({ id: own, name: `belief ${place}`, credence: random() })),
    )
    await insert(
      database,
      INSERT_VALUES,
      values.map((own, place) => ({ id: own, name: `value ${place}`, weight: 1 - random() })),
    )
    const relations = Array.from({ length: (size * RELATIONS_EACH) / 2 }, () => ({ from: any(), to: any() }))
    const hub = Array.from({ length: spokes }, (_, place) => ({ from: place + 1, to: 0 }))
    const rows = [...relations, ...hub]
      .filter(({ from, to }) => from !== to)
      .map(({ from, to }) => ({ id: randomUuid(random), from: id(from), to: id(to), weight: 1 - random() }))
    await insert(database, INSERT_RELATIONS, rows)
    const links = ids.map((belief, place) => ({
      id: randomUuid(random),
      belief,
      value: values[place % values.length],
      weight: 1 - random(),
    }))
    await insert(database, INSERT_LINKS, links)
    for (const table of ['belief', 'value', 'relation', 'value_link'])
      await database.query(`vacuum analyze ontology.${table}`)
    // From beliefs that do not bear on the hub, lest that be measured twice.
    const start = (): string => id(spokes + 1 + Math.floor(random() * (size - spokes - 1)))
    const read = (from: string) => t.data(READ, { ids: [from] })
    await timeEach(WARM_UP, () => read(start()))
    const median = percentile(await timeEach(READS, () => read(start())), 0.5)
    return { median, hub: percentile(await timeEach(READS, () => read(id(0))), 0.5), kind: database.kind }
  } finally {
    await t.dispose()
  }
}

const ROWS_AT_ONCE = 20_000

const insert = async (
  database: { query(sql: string, values: readonly unknown[]): Promise<unknown> },
  sql: string,
  rows: readonly object[],
): Promise<void> => {
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    await database.query(sql, [JSON.stringify(rows.slice(at, at + ROWS_AT_ONCE))])
  }
}

const INSERT_BELIEFS = `
  insert into ontology.belief (id, name, name_key, description, credence, strength, converged, standing, task_types,
                               revision, created_at, updated_at)
  select id, name, name, name, credence, credence, true, 'IN_FORCE', '{}', 1, now(), now()
  from jsonb_to_recordset($1::jsonb) as row (id uuid, name text, credence float8)`
const INSERT_VALUES = `
  insert into ontology.value (id, name, name_key, description, weight, revision, created_at, updated_at)
  select id, name, name, name, weight, 1, now(), now()
  from jsonb_to_recordset($1::jsonb) as row (id uuid, name text, weight float8)`
const INSERT_RELATIONS = `
  insert into ontology.relation (id, type, from_id, to_id, weight, revision)
  select id, 'REFINES', "from", "to", weight, 1
  from jsonb_to_recordset($1::jsonb) as row (id uuid, "from" uuid, "to" uuid, weight float8)
  on conflict do nothing`
const INSERT_LINKS = `
  insert into ontology.value_link (id, belief_id, value_id, effect, weight, revision)
  select id, belief, value, 'PROMOTES', weight, 1
  from jsonb_to_recordset($1::jsonb) as row (id uuid, belief uuid, value uuid, weight float8)`
