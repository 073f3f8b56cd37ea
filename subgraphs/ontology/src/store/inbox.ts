import type { Database } from '@mothership/platform/database'
import type { Relation } from '../domain/node.ts'
import type { Pair } from '../domain/pair.ts'
import { countContradictions, findContradiction, listContradictions } from './contradictions.ts'
import { type Decision, findDecisionTime, forgetDecision, recordDecision } from './decisions.ts'
import { countDuplicates, dismissPair, listDuplicates } from './duplicates.ts'
import type { Edit, EditTools } from './edit.ts'
import { findContradictions } from './graph.ts'
import { findConnections, inheritHistory } from './merging.ts'
import { compareMeanings, findUncompared, storeNearPairs } from './near-pairs.ts'
import { countSuggestions, dismissSuggestion, listSuggestions } from './suggestions.ts'
import { countUnmetDependencies, listUnmetDependencies } from './unmet-dependencies.ts'

type Options<F> = F extends (on: never, options: infer O) => unknown ? O : never
/** What is written with an edit, in its transaction. */
type Also = NonNullable<Edit['also']>

/** Reads and writes of the curators' inbox. */
export const createInboxStore = (
  database: Database,
  write: <T>(work: (tools: EditTools) => Promise<T>) => Promise<T>,
) => ({
  listContradictions: (options: Options<typeof listContradictions>) => listContradictions(database, options),
  countContradictions: (filter: Options<typeof countContradictions>) => countContradictions(database, filter),
  findContradiction: (options: Options<typeof findContradiction>) => findContradiction(database, options),
  /** The relations that declare the contradiction of a pair. */
  findDeclaring: ({ first, second }: Pair): Promise<Relation[]> => findContradictions(database, [first, second]),
  findDecisionTime: (pair: Pair) => findDecisionTime(database, pair),
  recordDecision:
    (decision: Decision): Also =>
    (tools, revision) =>
      recordDecision(tools, decision, revision?.number ?? null),
  forgetDecision: (options: Options<typeof forgetDecision>) => write((tools) => forgetDecision(tools, options)),

  listDuplicates: (options: Options<typeof listDuplicates>) => listDuplicates(database, options),
  countDuplicates: (minSimilarity: number) => countDuplicates(database, minSimilarity),
  dismissPair: (options: Options<typeof dismissPair>) => write((tools) => dismissPair(tools, options)),

  listUnmetDependencies: (page: Options<typeof listUnmetDependencies>) => listUnmetDependencies(database, page),
  countUnmetDependencies: () => countUnmetDependencies(database),

  listSuggestions: (options: Options<typeof listSuggestions>) => listSuggestions(database, options),
  countSuggestions: (often: Options<typeof countSuggestions>) => countSuggestions(database, often),
  dismissSuggestion: (options: Options<typeof dismissSuggestion>) =>
    write((tools) => dismissSuggestion(tools, options)),

  findConnections: (options: Options<typeof findConnections>) => findConnections(database, options),
  inheritHistory:
    (options: Omit<Options<typeof inheritHistory>, 'by'>): Also =>
    async ({ sql }, revision) => {
      if (revision) await inheritHistory(sql, { ...options, by: revision.number })
    },

  findUncompared: (options: Options<typeof findUncompared>) => findUncompared(database, options),
  compareMeanings: (ids: readonly string[]) => database.transaction((sql) => compareMeanings(sql, ids)),
  storeNearPairs: (found: Options<typeof storeNearPairs>) => database.transaction((sql) => storeNearPairs(sql, found)),
})
