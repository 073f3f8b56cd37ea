import type { Database } from '@mothership/platform/database'
import { createRandom, randomUuid } from '../random.ts'

/** A belief as it is measured: its name and description follow from its place. */
export interface BenchBelief {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly credence: number
}

export interface BenchRelation {
  readonly id: string
  readonly type: 'SUPPORTS' | 'CONTRADICTS'
  readonly from: string
  readonly to: string
  readonly weight: number
}

export interface BenchGraph {
  readonly beliefs: BenchBelief[]
  readonly relations: BenchRelation[]
}

export interface GraphOptions {
  readonly seed: number
  readonly beliefs: number
  readonly relations: number
  /** How many beliefs each cycle has: they are one after the other, and each leads to the next. */
  readonly cycle: number
  /** Which part of the relations lead from one cycle to a later one, rather than within it. */
  readonly between: number
}

/**
 * A graph that follows from its seed: strongly connected cycles, the rest of their relations drawn among their own
 * beliefs, and, where `between` is above 0, from each to later ones. Two in three relations support.
 */
export const createGraph = (options: GraphOptions): BenchGraph => {
  const random = createRandom(options.seed)
  const pick = (from: number, to: number): number => from + Math.floor(random() * (to - from))
  const beliefs = Array.from({ length: options.beliefs }, (_, place) => ({
    id: randomUuid(random),
    name: `Belief ${place}`,
    description: `What is held to be right of matter ${place}.`,
    credence: random(),
  }))
  const relations: BenchRelation[] = []
  const taken = new Set<number>()
  const relate = (from: number, to: number): void => {
    const type = random() < 2 / 3 ? 'SUPPORTS' : 'CONTRADICTS'
    const place = from * options.beliefs + to
    const [source, target] = [beliefs[from], beliefs[to]]
    if (from === to || taken.has(place) || !source || !target) return
    taken.add(place)
    relations.push({ id: randomUuid(random), type, from: source.id, to: target.id, weight: 1 - random() })
  }
  const endOf = (start: number): number => Math.min(start + options.cycle, options.beliefs)
  for (let place = 0; place < options.beliefs; place++) {
    const start = place - (place % options.cycle)
    relate(place, place + 1 < endOf(start) ? place + 1 : start)
  }
  while (relations.length < options.relations) {
    const from = pick(0, options.beliefs)
    const start = from - (from % options.cycle)
    const leaves = endOf(start) < options.beliefs && random() < options.between
    relate(from, leaves ? pick(endOf(start), options.beliefs) : pick(start, endOf(start)))
  }
  // As a driver hands rows over: with texts of their own, not put together from parts.
  return JSON.parse(JSON.stringify({ beliefs, relations })) as BenchGraph
}

/** How many rows one statement carries. */
const BATCH = 20_000

const insert = async (database: Database, rows: readonly object[], sql: string): Promise<void> => {
  for (let at = 0; at < rows.length; at += BATCH) {
    await database.query(sql, [JSON.stringify(rows.slice(at, at + BATCH))])
  }
}

/**
 * Loads a graph into an empty ontology as its first revision, without its strengths: each is its credence. With the
 * statistics that the server would soon gather by itself.
 */
export const loadGraph = async (database: Database, { beliefs, relations }: BenchGraph): Promise<void> => {
  await database.query('update ontology.head set revision = 1')
  await database.query(
    `insert into ontology.revision (number, author, message, created_at, change_count)
     values (1, 'bench', null, now(), $1::integer)`,
    [beliefs.length + relations.length],
  )
  await insert(
    database,
    beliefs,
    `insert into ontology.belief (id, name, name_key, description, credence, strength, converged, standing, task_types,
                                  rule, level, revision, created_at, updated_at)
     select id, name, lower(name), description, credence, credence, true,
            case when credence >= 0.5 then 'IN_FORCE' else 'DEFEATED' end, '{}', null, null, 1, now(), now()
     from jsonb_to_recordset($1::jsonb) as row (id uuid, name text, description text, credence float8)`,
  )
  await insert(
    database,
    beliefs.map(({ id, name, description }) => ({ id, name, description })),
    `insert into ontology.search_document (node_id, kind, name, description)
     select id, 'BELIEF', name, description
     from jsonb_to_recordset($1::jsonb) as row (id uuid, name text, description text)`,
  )
  await insert(
    database,
    relations,
    `insert into ontology.relation (id, type, from_id, to_id, weight, note, revision)
     select id, type, "from", "to", weight, null, 1
     from jsonb_to_recordset($1::jsonb) as row (id uuid, type text, "from" uuid, "to" uuid, weight float8)`,
  )
  for (const table of ['belief', 'relation', 'search_document']) await database.query(`analyze ontology.${table}`)
}
