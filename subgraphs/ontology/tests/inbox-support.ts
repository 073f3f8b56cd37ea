import type { TestSubgraph } from '@mothership/platform/testing'
import { CURATOR } from './support.ts'

export interface Page<T> {
  nodes: T[]
  totalCount: number
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null }
}

export interface Listed {
  id: string
  kind: string
  belief: { name: string }
  with: { name: string }
  relation: { note: string | null; weight: number } | null
  reason: string
  similarity: number | null
  blastRadius: { truncated: boolean; reached: { distance: number; belief: { name: string } }[] }
  resolution: { decision: string; reason: string; author: string; revision: { number: number } | null } | null
}

const FIELDS = `id kind belief { name } with { name } relation { note weight } reason similarity
  blastRadius { truncated reached { distance belief { name } } }
  resolution { decision reason author revision { number message author changeCount } }`

/** The contradictions that are listed. */
export const inbox = async (t: TestSubgraph, filter: object = {}): Promise<Page<Listed>> =>
  (
    await t.data<{ contradictions: Page<Listed> }>(
      `query ($kind: ContradictionKind, $resolved: Boolean, $first: Int, $after: Cursor) {
        contradictions(kind: $kind, resolved: $resolved, first: $first, after: $after) {
          nodes { ${FIELDS} } totalCount pageInfo { hasNextPage hasPreviousPage endCursor } } }`,
      filter as Record<string, unknown>,
    )
  ).contradictions

export const namesOf = (pair: { belief: { name: string }; with: { name: string } }): string[] => [
  pair.belief.name,
  pair.with.name,
]

/** A pair of a page, whichever is the first. */
export const pairIn = <T extends Parameters<typeof namesOf>[0]>(
  { nodes }: Page<T>,
  one: { name: string },
  other: { name: string },
): T | undefined => nodes.find((pair) => namesOf(pair).includes(one.name) && namesOf(pair).includes(other.name))

export const RESOLVE = `mutation ($input: ResolveContradictionInput!) { resolveContradiction(input: $input) { ${FIELDS} } }`

/** Decides about a contradiction, as a curator. */
export const decide = async (t: TestSubgraph, input: object): Promise<Listed> =>
  (await t.data<{ resolveContradiction: Listed }>(RESOLVE, { input }, CURATOR)).resolveContradiction
