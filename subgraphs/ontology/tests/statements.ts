import type { TestSubgraph } from '@mothership/platform/testing'
import { CURATOR } from './support.ts'

/** How many statements on the ontology's tables a query takes; told where the database runs in this process. */
export const statementsOf = async (t: TestSubgraph, source: string): Promise<number> => {
  const { connection } = t.runtime.database
  if (connection.kind !== 'pglite') throw new Error('statements are counted on PGlite alone')
  const { pglite } = connection
  let count = 0
  const original = pglite.query.bind(pglite)
  pglite.query = (...args) => {
    if (/ontology"?\./.test(args[0])) count++
    return original(...args)
  }
  try {
    await t.data(source, {}, CURATOR)
  } finally {
    pglite.query = original
  }
  return count
}
