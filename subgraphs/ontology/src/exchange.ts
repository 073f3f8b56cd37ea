import { BadUserInputError } from '@mothership/platform/errors'
import { actingSubject, type Identity } from '@mothership/platform/identity'
import { isStorable } from '@mothership/platform/storable'
import type { Change, Revision } from './domain/change.ts'
import { type Draft, fault, isFault, type Problem, warning } from './domain/exchange/draft.ts'
import { parseMapping } from './domain/exchange/mapping.ts'
import { faultsOf } from './domain/exchange/own.ts'
import { faultyInput, parseMessage } from './domain/parse.ts'
import type { Edits } from './edits.ts'
import { OntologyFormat } from './exchange/format.ts'
import { read } from './exchange/read.ts'
import { write } from './exchange/write.ts'
import type { OntologyStore } from './store.ts'

/** A text of this many bytes of UTF-8 is refused before anything of it is read. */
const TOO_MANY_BYTES = 50_000_000
/** The most things that one import may bring: it is one transaction. */
const MAX_THINGS = 100_000
/** The most things that an export may have: it is one text. */
const MAX_EXPORTED = 300_000
const MAX_PROBLEMS = 1000
const RULES_AT_ONCE = 100

/** What an import did, or would do. */
export interface ImportReport {
  readonly created: number
  readonly changed: number
  readonly unchanged: number
  readonly skipped: number
  readonly problems: readonly Problem[]
  readonly revision: Revision | null
}

export interface ImportOptions {
  readonly format: OntologyFormat
  readonly content: string
  readonly mapping: object | null
  readonly message: string | null
  readonly dryRun: boolean
}

export type Exchange = ReturnType<typeof createExchange>

/** Import and export of the whole ontology. */
export const createExchange = (store: OntologyStore, edits: Edits) => {
  const ruleFaults = async (draft: Draft, identity: Identity): Promise<Problem[]> => {
    const ruled = draft.beliefs.filter(({ state }) => state.rule !== null)
    const problems: Problem[] = []
    for (let place = 0; place < ruled.length; place += RULES_AT_ONCE) {
      const changes = ruled
        .slice(place, place + RULES_AT_ONCE)
        .map(({ id, path, state }): Change => ({ kind: 'createBelief', id, path, state }))
      try {
        await edits.assertRules(changes, identity)
      } catch (error) {
        if (!(error instanceof BadUserInputError)) throw error
        problems.push(...faultsOf(error, 'content'))
      }
    }
    return problems
  }

  return {
    /**
     * Imports a text as one revision. A dry run tells the faults in its report; otherwise they are thrown, as
     * BadUserInputError with paths that name the line, and nothing is written.
     */
    import: async (options: ImportOptions, identity: Identity): Promise<ImportReport> => {
      const { format, content, dryRun } = options
      assertSize(content)
      const message = parseMessage(options.message)
      const mapping = parseMapping(options.mapping)
      if (options.mapping !== null && (format === OntologyFormat.JSON || format === OntologyFormat.CSV)) {
        throw faultyInput([{ path: 'mapping', message: `is for RDF; ${format} is our own: leave it out` }])
      }
      const { draft, locate } = await read(format, content, mapping)
      assertCount(draft)
      if (!draft.problems.some(isFault)) draft.problems.push(...(await ruleFaults(draft, identity)))
      const author = actingSubject(identity)
      const isFaulty = draft.problems.some(isFault)
      const result = await (dryRun || isFaulty ? store.tryImport({ draft }) : store.import({ draft, author, message }))
      const located = (problems: readonly Problem[]): Problem[] =>
        problems.map((problem) => ({ ...problem, path: locate(problem.path) }))
      const faults = result.problems.filter(isFault)
      if (!dryRun && faults.length > 0) throw faultyInput(located(faults.slice(0, MAX_PROBLEMS)))
      return { ...result, problems: located(bounded(result.problems)) }
    },

    /** The whole ontology as text, as it is or was at a revision. Throws BadUserInputError. */
    export: async (format: OntologyFormat, at: number | null): Promise<string> => {
      const whole = await store.at(at).everything()
      const { values, beliefs, relations, valueLinks, annotations } = whole
      const count = [values, beliefs, relations, valueLinks, annotations].reduce(
        (sum, things) => sum + things.length,
        0,
      )
      if (count <= MAX_EXPORTED) return write(format, whole)
      throw new BadUserInputError(
        `The ontology has ${count} things; an export may have ${MAX_EXPORTED}. Read it by pages (values, beliefs) instead.`,
        { path: 'format' },
      )
    },
  }
}

const assertSize = (content: string): void => {
  // Counted only where it may be too much: no character has more than 3 bytes for each unit of its length.
  const bytes = content.length * 3 < TOO_MANY_BYTES ? 0 : Buffer.byteLength(content)
  if (bytes >= TOO_MANY_BYTES) {
    throw faultyInput([
      { path: 'content', message: `has ${bytes} bytes; it must have fewer than ${TOO_MANY_BYTES}: import it in parts` },
    ])
  }
  if (!isStorable(content)) {
    throw faultyInput([{ path: 'content', message: 'holds NUL or half of a surrogate pair; no text has these' }])
  }
}

const assertCount = ({ values, beliefs, relations, links, annotations }: Draft): void => {
  const count = [values, beliefs, relations, links, annotations].reduce((sum, things) => sum + things.length, 0)
  if (count <= MAX_THINGS) return
  const message = `has ${count} things; one import may bring ${MAX_THINGS}: import it in parts`
  throw faultyInput([{ path: 'content', message }])
}

const bounded = (problems: readonly Problem[]): readonly Problem[] => {
  if (problems.length <= MAX_PROBLEMS) return problems
  const sorted = [...problems.filter(isFault), ...problems.filter((problem) => !isFault(problem))]
  const shown = sorted.slice(0, MAX_PROBLEMS - 1)
  const rest = `${problems.length - shown.length} more problems are not listed`
  return [...shown, sorted.slice(shown.length).some(isFault) ? fault('content', rest) : warning('content', rest)]
}
