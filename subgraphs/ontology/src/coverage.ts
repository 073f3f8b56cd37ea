import type { Identity } from '@mothership/platform/identity'
import type { Peers } from '@mothership/platform/peers'
import { SkillIdsDocument } from './generated/agent-documents.ts'
import { GovernedBeliefsDocument } from './generated/directive-documents.ts'
import type { OntologyStore } from './store.ts'

/** How many ids one answer of the directive subgraph has. */
const PAGE = 10_000

/** Where the ontology and the work do not meet, as one request looks at it. */
export type Coverage = ReturnType<ReturnType<typeof createCoverage>>

/** Compares the ontology with what the other subgraphs know of the work. */
export const createCoverage = (store: OntologyStore, peers: Peers) => {
  const findGoverned = async (identity: Identity): Promise<string[]> => {
    const ids: string[] = []
    for (;;) {
      const variables = { first: PAGE, after: ids.at(-1) ?? null }
      const { governedBeliefs } = await peers.directive(GovernedBeliefsDocument, variables, identity)
      ids.push(...governedBeliefs)
      if (governedBeliefs.length < PAGE) return ids
    }
  }
  return (identity: Identity) => {
    // A page and its count are of the same answer.
    let governed: Promise<string[]> | undefined
    const but = (): Promise<string[]> => (governed ??= findGoverned(identity))
    return {
      unusedBeliefs: async (page: { after: string | null; limit: number }) =>
        store.listUnusedBeliefs({ ...page, governed: await but() }),
      countUnusedBeliefs: async () => store.countUnusedBeliefs(await but()),
      ungovernedTaskTypes: async () => {
        const { skillIds } = await peers.agent(SkillIdsDocument, {}, identity)
        return store.findUngoverned(skillIds)
      },
    }
  }
}
