import type { Sql } from '@mothership/platform/database'
import {
  type Contradiction,
  type ContradictionKind,
  type Grounds,
  reasonOf,
  type Resolution,
} from '../domain/contradiction.ts'
import type { Relation } from '../domain/node.ts'
import type { Pair } from '../domain/pair.ts'
import { isOfPresentModel } from './pass-sql.ts'

/** Where a page of contradictions begins: those with the strongest beliefs first, told by the weaker of the two. */
export interface StrengthCursor extends Pair {
  readonly weaker: number
}

export interface ContradictionFilter {
  readonly kind: ContradictionKind | null
  readonly isResolved: boolean
}

export type ListedContradiction = Contradiction & StrengthCursor

/** A relation that says so, of those that may: one in each direction. The heaviest. */
const declaring = (among: string): string => `
  select distinct on (least(r.from_id, r.to_id), greatest(r.from_id, r.to_id))
         least(r.from_id, r.to_id) as first, greatest(r.from_id, r.to_id) as second, r.id as relation
  from ontology.relation r where r.type = 'CONTRADICTS' and ${among}
  order by least(r.from_id, r.to_id), greatest(r.from_id, r.to_id), r.weight desc, r.id`

/** A decision holds as long as nobody changed one of the two, or declared the contradiction, since. */
const HOLDS = `
  a.revision <= s.known_revision and b.revision <= s.known_revision
  and not exists (
    select 1 from ontology.relation r where r.type = 'CONTRADICTS' and r.revision > s.known_revision
      and ((r.from_id = s.first_id and r.to_id = s.second_id) or (r.from_id = s.second_id and r.to_id = s.first_id)))`

/** What one says of the other in agreement: it supports it, or says it more precisely. */
const AGREE = `exists (
  select 1 from ontology.relation r where r.type in ('SUPPORTS', 'REFINES')
    and ((r.from_id = p.first_id and r.to_id = p.second_id) or (r.from_id = p.second_id and r.to_id = p.first_id)))`

/** Two that name task types, and none in common, never govern the same task. */
const MEET = `(a.task_types = '{}' or b.task_types = '{}' or a.task_types && b.task_types)`

/** Somebody declared it, and nobody has given one of the two a scope since. */
const MATTERS_STILL = `(p.kind = 'DECLARED' and s.decision is distinct from 'SCOPE')`

const IN_FORCE = `a.deleted_at is null and a.standing = 'IN_FORCE' and b.deleted_at is null and b.standing = 'IN_FORCE'`

const BELIEFS = (of: string): string =>
  `join ontology.belief a on a.id = ${of}.first_id join ontology.belief b on b.id = ${of}.second_id`

/** What is open: between two in force, not decided, and declared, or suspected of two that may govern one task. */
const OPEN = `
  listed as (
    select p.first_id, p.second_id, p.kind, least(a.strength, b.strength) as weaker, p.relation
    from (
      select d.first as first_id, d.second as second_id, 'DECLARED' as kind, d.relation from declaring d
      union all
      select p.first_id, p.second_id, 'SUSPECTED', null from ontology.near_pair p
      where (p.opposition is not null or p.values_opposed) and not ${AGREE}
        and not exists (select 1 from declaring d where d.first = p.first_id and d.second = p.second_id)
    ) p
    ${BELIEFS('p')}
    left join ontology.contradiction_resolution s on s.first_id = p.first_id and s.second_id = p.second_id
    where ${IN_FORCE} and (${MEET} or ${MATTERS_STILL}) and (s.first_id is null or not (${HOLDS}))
  )`

/** What was decided, and holds: whatever became of the two. */
const RESOLVED = `
  listed as (
    select s.first_id, s.second_id, s.kind, least(a.strength, b.strength) as weaker, d.relation
    from ontology.contradiction_resolution s
    ${BELIEFS('s')}
    left join declaring d on d.first = s.first_id and d.second = s.second_id
    where ${HOLDS}
  )`

const listed = (isResolved: boolean, among = 'true'): string =>
  `with declaring as (${declaring(among)}), ${isResolved ? RESOLVED : OPEN}`

/** Parameters 1 and 2 are a pair. */
const OF_PAIR = 'r.from_id in ($1::uuid, $2::uuid) and r.to_id in ($1::uuid, $2::uuid)'

/** Parameter 1 is a kind. */
const OF_KIND = '($1::text is null or l.kind = $1::text)'

/** Of the pairs of a page, all that is told of them. */
const TOLD = `
  select l.first_id as first, l.second_id as second, l.kind, l.weaker,
         case when a.strength >= b.strength then a.id else b.id end as stronger,
         (select to_jsonb(row) from (
            select r.id, r.type, r.from_id as "from", r.to_id as "to", r.weight, r.note, r.revision, null as "asOf"
            from ontology.relation r where r.id = l.relation) row) as relation,
         1 - (da.embedding <=> db.embedding) as similarity,
         p.opposition, s.ground,
         array(select v.name from ontology.value_link la
               join ontology.value_link lb on lb.value_id = la.value_id and lb.effect <> la.effect
               join ontology.value v on v.id = la.value_id
               where la.belief_id = l.first_id and lb.belief_id = l.second_id
               order by la.weight * lb.weight desc, v.name limit 3) as values,
         s.decision, s.reason as "decidedBecause", s.author, s.created_at as "createdAt", s.revision
  from page l
  join ontology.belief a on a.id = l.first_id join ontology.belief b on b.id = l.second_id
  left join ontology.search_document da on da.node_id = l.first_id and ${isOfPresentModel('da')}
  left join ontology.search_document db on db.node_id = l.second_id and ${isOfPresentModel('db')}
  left join ontology.near_pair p on p.first_id = l.first_id and p.second_id = l.second_id
  left join ontology.contradiction_resolution s on s.first_id = l.first_id and s.second_id = l.second_id and (${HOLDS})
  order by l.weaker desc, l.first_id, l.second_id`

interface Row extends StrengthCursor {
  kind: ContradictionKind
  stronger: string
  relation: Relation | null
  similarity: number | null
  opposition: Grounds['opposition']
  values: string[]
  ground: string | null
  decision: Resolution['decision'] | null
  decidedBecause: string
  author: string
  createdAt: Date
  revision: number | null
}

const strongerFirst = ({ opposition, stronger, first }: Row): Grounds['opposition'] =>
  opposition && stronger !== first ? { one: opposition.other, other: opposition.one } : opposition

const toContradiction = (row: Row): ListedContradiction => ({
  first: row.first,
  second: row.second,
  weaker: row.weaker,
  kind: row.kind,
  stronger: row.stronger,
  relation: row.relation,
  similarity: row.similarity === null ? null : Math.min(1, Math.max(0, row.similarity)),
  // What was decided about is what was read then.
  reason: row.ground ?? reasonOf({ ...row, opposition: strongerFirst(row) }),
  resolution:
    row.decision === null
      ? null
      : {
          decision: row.decision,
          reason: row.decidedBecause,
          author: row.author,
          createdAt: row.createdAt,
          revision: row.revision,
        },
})

/** A page of the contradictions, in one statement. */
export const listContradictions = async (
  sql: Sql,
  options: { filter: ContradictionFilter; after: StrengthCursor | null; limit: number },
): Promise<ListedContradiction[]> => {
  const { filter, after, limit } = options
  const rows = await sql.query<Row>(
    `${listed(filter.isResolved)}, page as materialized (
       select * from listed l
       where ${OF_KIND} and ($2::float8 is null or l.weaker < $2::float8
         or (l.weaker = $2::float8 and (l.first_id, l.second_id) > ($3::uuid, $4::uuid)))
       order by l.weaker desc, l.first_id, l.second_id limit $5::integer
     ) ${TOLD}`,
    [filter.kind, after?.weaker ?? null, after?.first ?? null, after?.second ?? null, limit],
  )
  return rows.map(toContradiction)
}

export const countContradictions = async (sql: Sql, { kind, isResolved }: ContradictionFilter): Promise<number> => {
  const [row] = await sql.query<{ count: number }>(
    `${listed(isResolved)} select count(*)::integer as count from listed l where ${OF_KIND}`,
    [kind],
  )
  return row?.count ?? 0
}

/** The contradiction of a pair, open or resolved; null where there is none. */
export const findContradiction = async (
  sql: Sql,
  { first, second, isResolved }: Pair & { isResolved: boolean },
): Promise<Contradiction | null> => {
  const rows = await sql.query<Row>(
    `${listed(isResolved, OF_PAIR)}, page as materialized (
       select * from listed l where l.first_id = $1::uuid and l.second_id = $2::uuid
     ) ${TOLD}`,
    [first, second],
  )
  return rows.map(toContradiction)[0] ?? null
}
