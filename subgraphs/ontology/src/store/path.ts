import type { Sql } from '@mothership/platform/database'
import type { Relation } from '../domain/node.ts'
import type { ArgumentPath } from '../domain/reach.ts'
import { asJson, idSet, RELATION } from './sql.ts'

/** A belief on the way, from one of the two ends. */
interface Visit {
  readonly id: string
  /** The relation over which it was come to; null at the end itself. */
  readonly relation: string | null
  /** The belief before it; null likewise. */
  readonly before: string | null
  /** What the relations up to here weigh together. */
  readonly weight: number
}

/** What was visited from one end, and the outermost of it. */
interface Side {
  readonly visited: Map<string, Visit>
  edge: readonly Visit[]
}

const sideAt = (id: string): Side => {
  const start = { id, relation: null, before: null, weight: 0 }
  return { visited: new Map([[id, start]]), edge: [start] }
}

/**
 * The shortest chain of relations from one belief to another, in their direction; of equally short ones the one whose
 * relations weigh the most together, then by ids. From both ends, always on from the one with the smaller edge: at most
 * one statement for each relation of the chain, and one that reads it. Give it a snapshot.
 */
export const findPath = async (
  sql: Sql,
  { from, to, maxLength }: { from: string; to: string; maxLength: number },
): Promise<ArgumentPath | null> => {
  if (from === to) return { beliefs: [from], relations: [] }
  const [ahead, behind] = [sideAt(from), sideAt(to)]
  for (let length = 0; length < maxLength && ahead.edge.length > 0 && behind.edge.length > 0; length++) {
    const isAhead = ahead.edge.length <= behind.edge.length
    const [side, other] = isAhead ? [ahead, behind] : [behind, ahead]
    side.edge = await stepOn(sql, { side, other, direction: isAhead ? 'ahead' : 'behind' })
    for (const visit of side.edge) side.visited.set(visit.id, visit)
    const met = meetingOf(side.edge, other)
    if (met !== null) return readPath(sql, wayTo(ahead, met).reverse(), wayTo(behind, met))
  }
  return null
}

const STEPS = {
  ahead: { near: 'from_id', far: 'to_id' },
  behind: { near: 'to_id', far: 'from_id' },
} as const

/**
 * What is one relation beyond the edge of a side and was not visited, each by the heaviest way. Where some of it is at
 * the edge of the other side, that alone: there the sides meet, and of a hub the rest need not be read.
 */
const stepOn = (
  sql: Sql,
  { side, other, direction }: { side: Side; other: Side; direction: keyof typeof STEPS },
): Promise<Visit[]> => {
  const { near, far } = STEPS[direction]
  const ids = (visits: Iterable<Visit>): string => asJson([...visits].map(({ id }) => id))
  return sql.query<Visit>(
    `with edge as materialized (select id, weight from jsonb_to_recordset($1::jsonb) as row (id uuid, weight float8)),
     visited as materialized ${idSet(2)},
     opposite as materialized ${idSet(3)},
     step as materialized (
       select distinct on (r.${far}) r.${far} as id, r.id as relation, edge.id as before, edge.weight + r.weight as weight
       from edge join ontology.relation r on r.${near} = edge.id
       where not exists (select 1 from visited where visited.id = r.${far})
       order by r.${far}, edge.weight + r.weight desc, r.id
     ),
     met as materialized (select step.id from step join opposite on opposite.id = step.id)
     select * from step where step.id in (select id from met) or not exists (select 1 from met)`,
    [asJson(side.edge.map(({ id, weight }) => ({ id, weight }))), ids(side.visited.values()), ids(other.edge)],
  )
}

/** Where both sides met on the heaviest way; null where they did not. */
const meetingOf = (edge: readonly Visit[], other: Side): string | null => {
  let best: { id: string; weight: number } | null = null
  for (const { id, weight } of edge) {
    const opposite = other.visited.get(id)
    if (!opposite) continue
    const whole = weight + opposite.weight
    if (best === null || whole > best.weight || (whole === best.weight && id < best.id)) best = { id, weight: whole }
  }
  return best?.id ?? null
}

/** The visits from a belief back to the end that its side began at. */
const wayTo = ({ visited }: Side, id: string): Visit[] => {
  const way: Visit[] = []
  for (let visit = visited.get(id); visit; visit = visit.before === null ? undefined : visited.get(visit.before)) {
    way.push(visit)
  }
  return way
}

const readPath = async (sql: Sql, ahead: readonly Visit[], behind: readonly Visit[]): Promise<ArgumentPath> => {
  // Both ways hold the belief in which they meet; on the way behind, a visit's relation leads to the belief before it.
  const relations = [...ahead, ...behind].flatMap(({ relation }) => relation ?? [])
  const found = await sql.query<Relation>(`select ${RELATION} from ontology.relation r where r.id in ${idSet(1)}`, [
    asJson(relations),
  ])
  const byId = new Map(found.map((relation) => [relation.id, relation]))
  return {
    beliefs: [...ahead, ...behind.slice(1)].map(({ id }) => id),
    relations: relations.flatMap((id) => byId.get(id) ?? []),
  }
}
