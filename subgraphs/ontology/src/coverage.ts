import type { Identity } from '@mothership/platform/identity'
import type { Peers } from '@mothership/platform/peers'
import type { Standing } from './domain/node.ts'
import { SkillIdsDocument } from './generated/agent-documents.ts'
import { GovernedBeliefsDocument } from './generated/directive-documents.ts'
import { TaskTypesDocument } from './generated/task-documents.ts'
import type { OntologyStore } from './store.ts'

/** How many ids one answer of the directive subgraph has. */
const PAGE = 10_000
/** How many task types are looked at, of agents and of tasks each. */
const MOST_TYPES = 5000
/** How many ungoverned task types are told. */
const MOST_TOLD = 1000

/** Task types that nothing governs; `truncated`: there are more of them, or may be. */
interface Ungoverned {
  readonly taskTypes: string[]
  readonly truncated: boolean
}

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

  const findUngoverned = async (identity: Identity): Promise<Ungoverned> => {
    const variables = { first: MOST_TYPES + 1 }
    const [{ skillIds }, { taskTypes }] = await Promise.all([
      peers.agent(SkillIdsDocument, variables, identity),
      peers.task(TaskTypesDocument, variables, identity),
    ])
    const known = [skillIds, taskTypes]
    const looked = known.flatMap((types) => types.slice(0, MOST_TYPES))
    const found = await store.findUngoverned({ taskTypes: looked, limit: MOST_TOLD + 1 })
    return {
      taskTypes: found.slice(0, MOST_TOLD),
      truncated: found.length > MOST_TOLD || known.some((types) => types.length > MOST_TYPES),
    }
  }

  return (identity: Identity) => {
    // A page and its count are of the same answer; so is a list and whether it is all.
    let governed: Promise<string[]> | undefined
    const but = (): Promise<string[]> => (governed ??= findGoverned(identity))
    let ungoverned: Promise<Ungoverned> | undefined
    return {
      unusedBeliefs: async (options: { standing: Standing | null; after: string | null; limit: number }) =>
        store.listUnusedBeliefs({ ...options, governed: await but() }),
      countUnusedBeliefs: async (options: { standing: Standing | null }) =>
        store.countUnusedBeliefs({ ...options, governed: await but() }),
      ungoverned: (): Promise<Ungoverned> => (ungoverned ??= findUngoverned(identity)),
    }
  }
}
