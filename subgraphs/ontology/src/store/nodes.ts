import { type Belief, type Standing, storedIds, type Value } from '../domain/node.ts'
import { type BeliefWhere, type OwnTables, toBelief, toValue } from './tables.ts'

/** Which beliefs a list has; null: no matter. */
export interface BeliefFilter {
  readonly standing: Standing | null
  /** Those that name it. */
  readonly taskType: string | null
}

/** A node with what places it in a list by name. */
export type Placed<T> = T & { nameKey: string }

const where = ({ standing, taskType }: BeliefFilter): BeliefWhere => ({
  deletedAt: null,
  ...(standing !== null && { standing }),
  ...(taskType !== null && { taskTypes: { has: taskType } }),
})

const beyond = (after: string | null) => (after === null ? {} : { nameKey: { gt: after } })

/** Reads of values and beliefs. */
export const createNodeReads = (prisma: Pick<OwnTables, 'value' | 'belief'>) => ({
  /** By their ids, in any order, deleted ones too. */
  findValues: async (ids: readonly string[]): Promise<Value[]> =>
    (await prisma.value.findMany({ where: { id: { in: storedIds(ids) } } })).map(toValue),

  /** By their ids, in any order, deleted ones too. */
  findBeliefs: async (ids: readonly string[]): Promise<Belief[]> =>
    (await prisma.belief.findMany({ where: { id: { in: storedIds(ids) } } })).map(toBelief),

  /** A page of the live values by name, after a folded name. */
  listValues: async ({ after, limit: take }: { after: string | null; limit: number }): Promise<Placed<Value>[]> => {
    const where = { deletedAt: null, ...beyond(after) }
    const rows = await prisma.value.findMany({ where, orderBy: { nameKey: 'asc' }, take })
    return rows.map((row) => ({ ...toValue(row), nameKey: row.nameKey }))
  },

  countValues: (): Promise<number> => prisma.value.count({ where: { deletedAt: null } }),

  /** A page of the live beliefs by name, after a folded name. */
  listBeliefs: async (options: {
    filter: BeliefFilter
    after: string | null
    limit: number
  }): Promise<Placed<Belief>[]> => {
    const rows = await prisma.belief.findMany({
      where: { ...where(options.filter), ...beyond(options.after) },
      orderBy: { nameKey: 'asc' },
      take: options.limit,
    })
    return rows.map((row) => ({ ...toBelief(row), nameKey: row.nameKey }))
  },

  countBeliefs: (filter: BeliefFilter): Promise<number> => prisma.belief.count({ where: where(filter) }),
})
