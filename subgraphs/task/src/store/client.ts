import type { Prisma } from '@mothership/prisma'

/** What a transaction of this subgraph may touch: its own tables. */
export type Tx = Pick<Prisma.TransactionClient, 'task' | 'attempt' | '$queryRawUnsafe' | '$executeRawUnsafe'>
export type OwnTables = Tx & { $transaction<R>(work: (tx: Tx) => Promise<R>): Promise<R> }
