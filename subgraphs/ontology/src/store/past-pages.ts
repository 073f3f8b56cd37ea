import type { Sql } from '@mothership/platform/database'
import { type Relation, RelationDirection, type ValueLink } from '../domain/node.ts'
import { type PlacedInput, strongestInputs } from './inputs.ts'
import type { Owned, WeightCursor } from './pages.ts'
import {
  BELIEF,
  FROM,
  LINK_KINDS,
  newest,
  PAST_LINK,
  PAST_RELATION,
  RELATION_KINDS,
  strengthAt,
  TO,
  VALUE,
} from './past-sql.ts'
import { asJson, idSet } from './sql.ts'

// Parameters of all: 1 the owners, 2 the revision. Each reads the whole past of what its owners are connected by.

interface Owners {
  readonly owners: readonly string[]
  readonly revision: number
}
interface Page extends Owners {
  readonly after: WeightCursor | null
  readonly limit: number
}

const TOUCHES: Record<RelationDirection, string> = {
  [RelationDirection.IN]: `${TO} = owner.id`,
  [RelationDirection.OUT]: `${FROM} = owner.id`,
  [RelationDirection.BOTH]: `(${FROM} = owner.id or ${TO} = owner.id)`,
}

const owned = (newestOfOwner: string, alias: string): string =>
  `${idSet(1)} owner cross join lateral (${newestOfOwner}) ${alias} where ${alias}.after is not null`

const beyond = (alias: string): string =>
  `($3::float8 is null or ${alias}.weight < $3::float8 or (${alias}.weight = $3::float8 and ${alias}.id > $4::uuid))`

const page = (columns: string, newestOfOwner: string, alias: string): string =>
  `select owner.id as owner, page.* from ${idSet(1)} owner
   cross join lateral (
     select ${columns} from (${newestOfOwner}) ${alias}
     where ${alias}.after is not null and ${beyond(alias)}
     order by ${alias}.weight desc, ${alias}.id limit $5::integer
   ) page
   order by page.weight desc, page.id`

const pageValues = ({ owners, revision, after, limit }: Page): unknown[] => [
  asJson(owners),
  revision,
  after?.weight ?? null,
  after?.id ?? null,
  limit,
]

/** A page of the relations that each of some beliefs had. */
export const findPastRelationPages = (
  sql: Sql,
  options: Page & { direction: RelationDirection },
): Promise<Owned<Relation>[]> =>
  sql.query(page(PAST_RELATION, newest(RELATION_KINDS, TOUCHES[options.direction]), 'r'), pageValues(options))

/** A page of the links that each of some values had. */
export const findPastLinkPages = (sql: Sql, options: Page): Promise<Owned<ValueLink>[]> =>
  sql.query(page(PAST_LINK, newest(LINK_KINDS, `${VALUE} = owner.id`), 'l'), pageValues(options))

/** How many relations each of some beliefs had. */
export const countPastRelations = (
  sql: Sql,
  options: Owners & { direction: RelationDirection },
): Promise<Owned<{ count: number }>[]> =>
  sql.query(
    `select owner.id as owner, count(*)::integer as count
     from ${owned(newest(RELATION_KINDS, TOUCHES[options.direction]), 'r')} group by owner.id`,
    [asJson(options.owners), options.revision],
  )

/** How many links each of some values had. */
export const countPastLinks = (sql: Sql, { owners, revision }: Owners): Promise<Owned<{ count: number }>[]> =>
  sql.query(
    `select owner.id as owner, count(*)::integer as count
     from ${owned(newest(LINK_KINDS, `${VALUE} = owner.id`), 'l')} group by owner.id`,
    [asJson(owners), revision],
  )

/** The links that each of some beliefs had, the heaviest first: at most 50 each. */
export const findPastLinksOfBeliefs = (sql: Sql, { owners, revision }: Owners): Promise<Owned<ValueLink>[]> =>
  sql.query(
    `select owner.id as owner, ${PAST_LINK}
     from ${owned(newest(LINK_KINDS, `${BELIEF} = owner.id`), 'l')} order by l.weight desc, l.id`,
    [asJson(owners), revision],
  )

/** What bore the most on each of some beliefs: of each type at most so many. */
export const findPastInputs = (
  sql: Sql,
  { owners, revision, most }: Owners & { most: number },
): Promise<Owned<PlacedInput>[]> =>
  sql.query<Owned<PlacedInput>>(
    strongestInputs(
      `select input.*, s.strength as "fromStrength" from (
         select owner.id as owner, ${PAST_RELATION}
         from ${owned(newest(RELATION_KINDS, TOUCHES[RelationDirection.IN]), 'r')}
           and r.after ->> 'type' in ('SUPPORTS', 'CONTRADICTS')
       ) input
       ${strengthAt('input."from"::uuid')}`,
      3,
    ),
    [asJson(owners), revision, most],
  )
