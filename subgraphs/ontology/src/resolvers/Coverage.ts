import { type Connection, encodeCursor, pageSize, toConnection } from '@mothership/platform/connection'
import type { Resolvers } from '../generated/resolvers.ts'
import type { Listed } from '../store/coverage.ts'
import { afterText } from './cursors.ts'
import { mustExist } from './Relation.ts'

interface Args {
  first?: number | null | undefined
  after?: string | null | undefined
}

/** A page of a list by name, whose nodes are loaded together. */
const byName = async <T>(
  { first, after }: Args,
  list: {
    page(options: { after: string | null; limit: number }): Promise<Listed[]>
    load(id: string): Promise<T | null>
    count(): Promise<number>
  },
): Promise<Connection<T>> => {
  const size = pageSize(first)
  const listed = await list.page({ after: afterText(after), limit: size + 1 })
  const rows = await Promise.all(
    listed.map(async ({ id, nameKey }) => ({ node: mustExist(await list.load(id)), nameKey })),
  )
  const { edges, ...page } = toConnection({
    rows,
    first: size,
    cursorOf: ({ nameKey }) => encodeCursor([nameKey]),
    totalCount: list.count,
    hasPreviousPage: after !== null && after !== undefined,
  })
  return {
    ...page,
    nodes: page.nodes.map(({ node }) => node),
    edges: edges.map(({ node, cursor }) => ({ node: node.node, cursor })),
  }
}

export const Coverage: NonNullable<Resolvers['Coverage']> = {
  unusedBeliefs: (coverage, { standing: given, ...args }, { loaders }) => {
    const standing = given ?? null
    return byName(args, {
      page: (page) => coverage.unusedBeliefs({ ...page, standing }),
      count: () => coverage.countUnusedBeliefs({ standing }),
      load: (id) => loaders.at(null).belief.load(id),
    })
  },
  ungovernedTaskTypes: async (coverage) => (await coverage.ungoverned()).taskTypes,
  ungovernedTaskTypesTruncated: async (coverage) => (await coverage.ungoverned()).truncated,
  valuesWithoutBeliefs: (_, args, { store, loaders }) =>
    byName(args, {
      page: store.listUnlinkedValues,
      count: store.countUnlinkedValues,
      load: (id) => loaders.at(null).value.load(id),
    }),
}
