import type { Prisma } from '@mothership/prisma'

/** What a transaction of this subgraph may touch: its own tables. */
export type Tx = Pick<Prisma.TransactionClient, 'task' | 'attempt' | '$queryRawUnsafe' | '$executeRawUnsafe'>
export type OwnTables = Tx & { $transaction<R>(work: (tx: Tx) => Promise<R>): Promise<R> }

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Whether a text can be an id of ours: PostgreSQL refuses to compare a uuid with anything else. */
export const isId = (text: string): boolean => UUID.test(text)
