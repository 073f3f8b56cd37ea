import type { Sql } from '@mothership/platform/database'
import { type Relation, RelationDirection, type ValueLink } from '../domain/node.ts'
import { type PlacedInput, strongestInputs } from './inputs.ts'
import { asJson, beyond, idSet, LINK, RELATION } from './sql.ts'

/** Where a page of relations or links begins: after one of that weight and id, the heaviest first. */
export interface WeightCursor {
  weight: number
  id: string
}

/** A row of the page of one of several owners. */
export type Owned<T> = T & { owner: string }

const TOUCHES: Record<RelationDirection, string> = {
  [RelationDirection.IN]: 'r.to_id = owner.id',
  [RelationDirection.OUT]: 'r.from_id = owner.id',
  [RelationDirection.BOTH]: '(r.from_id = owner.id or r.to_id = owner.id)',
}

/** A page of the relations of each of some beliefs, in one statement. */
export const findRelationPages = (
  sql: Sql,
  options: { owners: readonly string[]; direction: RelationDirection; after: WeightCursor | null; limit: number },
): Promise<Owned<Relation>[]> =>
  sql.query<Owned<Relation>>(
    `select owner.id as owner, page.* from ${idSet(1)} owner
     cross join lateral (
       select ${RELATION} from ontology.relation r
       where ${TOUCHES[options.direction]} and ${beyond('r')}
       order by r.weight desc, r.id limit $4::integer
     ) page
     order by page.weight desc, page.id`,
    [asJson(options.owners), options.after?.weight ?? null, options.after?.id ?? null, options.limit],
  )

/** A page of the links of each of some values, in one statement. */
export const findLinkPages = (
  sql: Sql,
  options: { owners: readonly string[]; after: WeightCursor | null; limit: number },
): Promise<Owned<ValueLink>[]> =>
  sql.query<Owned<ValueLink>>(
    `select owner.id as owner, page.* from ${idSet(1)} owner
     cross join lateral (
       select ${LINK} from ontology.value_link l
       where l.value_id = owner.id and ${beyond('l')}
       order by l.weight desc, l.id limit $4::integer
     ) page
     order by page.weight desc, page.id`,
    [asJson(options.owners), options.after?.weight ?? null, options.after?.id ?? null, options.limit],
  )

/** How many relations each of some beliefs has. */
export const countRelations = (
  sql: Sql,
  options: { owners: readonly string[]; direction: RelationDirection },
): Promise<Owned<{ count: number }>[]> =>
  sql.query<Owned<{ count: number }>>(
    `select owner.id as owner, count(*)::integer as count from ${idSet(1)} owner
     join ontology.relation r on ${TOUCHES[options.direction]} group by owner.id`,
    [asJson(options.owners)],
  )

/** How many links each of some values has. */
export const countLinks = (sql: Sql, owners: readonly string[]): Promise<Owned<{ count: number }>[]> =>
  sql.query<Owned<{ count: number }>>(
    `select value_id as owner, count(*)::integer as count from ontology.value_link
     where value_id in ${idSet(1)} group by value_id`,
    [asJson(owners)],
  )

/** The links of each of some beliefs, the heaviest first: at most 50 each. */
export const findLinksOfBeliefs = (sql: Sql, owners: readonly string[]): Promise<Owned<ValueLink>[]> =>
  sql.query<Owned<ValueLink>>(
    `select l.belief_id as owner, ${LINK} from ontology.value_link l
     where l.belief_id in ${idSet(1)} order by l.weight desc, l.id`,
    [asJson(owners)],
  )

/** What bears the most on each of some beliefs: of each type at most so many. */
export const findInputs = (
  sql: Sql,
  { owners, most }: { owners: readonly string[]; most: number },
): Promise<Owned<PlacedInput>[]> =>
  sql.query<Owned<PlacedInput>>(
    strongestInputs(
      `select r.to_id as owner, ${RELATION}, source.strength as "fromStrength"
       from ontology.relation r join ontology.belief source on source.id = r.from_id
       where r.to_id in ${idSet(1)} and r.type in ('SUPPORTS', 'CONTRADICTS')`,
      2,
    ),
    [asJson(owners), most],
  )
