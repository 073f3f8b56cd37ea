import type { Prisma, PrismaClient } from '@mothership/prisma'
import type { Belief, Level, Standing, Value } from '../domain/node.ts'

/** The tables of this subgraph; those of others are a compile error. */
export type OwnTables = Pick<
  PrismaClient,
  'value' | 'belief' | 'ontologyRevision' | 'ontologyChange' | 'revisionNode' | 'ontologyHead'
> & {
  $transaction<R>(
    work: (tx: Prisma.TransactionClient) => Promise<R>,
    options?: { isolationLevel?: 'RepeatableRead'; timeout?: number },
  ): Promise<R>
}

export type BeliefWhere = Prisma.BeliefWhereInput

/** A value as the domain has it. The folded name is the database's own. */
export const toValue = ({ nameKey: _, ...row }: Prisma.ValueGetPayload<object>): Value => ({ ...row, asOf: null })

/** A belief as the domain has it. The folded name is the database's own. */
export const toBelief = ({ nameKey: _, ...row }: Prisma.BeliefGetPayload<object>): Belief => ({
  ...row,
  asOf: null,
  standing: row.standing as Standing,
  level: row.level as Level | null,
  rule: row.rule as Belief['rule'],
})
