import type { Sql } from '@mothership/platform/database'
import { type PickedNodes, pickOverview } from './graph.ts'

/** How many nodes an overview may show. */
const MOST = 2000

/**
 * Picks the nodes of an overview. What is important is known only from the whole graph, so it is told once for each
 * revision and kept: an edit costs the next overview a look at everything, and costs itself nothing.
 */
export const createOverview = (sql: Sql): ((limit: number) => Promise<PickedNodes>) => {
  let kept: { revision: number; nodes: Promise<PickedNodes> } | undefined
  const forget = (failed: Promise<PickedNodes>): void => {
    if (kept?.nodes === failed) kept = undefined
  }
  return async (limit) => {
    const [head] = await sql.query<{ revision: number }>('select revision from ontology.head')
    const revision = head?.revision ?? 0
    if (kept?.revision !== revision) {
      const nodes = pickOverview(sql, MOST)
      nodes.catch(() => forget(nodes))
      kept = { revision, nodes }
    }
    const { picked, truncated } = await kept.nodes
    return { picked: picked.slice(0, limit), truncated: truncated || picked.length > limit }
  }
}
