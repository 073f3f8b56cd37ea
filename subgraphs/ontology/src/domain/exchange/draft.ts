import type { BeliefState, LinkState, RelationState, ValueState } from '../node.ts'

export const Severity = { ERROR: 'ERROR', WARNING: 'WARNING' } as const
export type Severity = (typeof Severity)[keyof typeof Severity]

/** Something to be said about an import; an ERROR stops it. */
export interface Problem {
  /** Where it is in the text, e.g. `line 12.name`. */
  readonly path: string
  readonly message: string
  readonly severity: Severity
}

interface Drafted {
  readonly id: string
  readonly path: string
}

/** A value or belief as a text has it. */
export interface DraftNode<S> extends Drafted {
  readonly state: S
  /** The names that it may get where others have the first; none where its name is what it is called. */
  readonly otherNames: readonly string[]
  /** Whether only its name and description are said: what it is beside them stays as it is, once it is there. */
  readonly isPartial: boolean
}

/** A relation or link as a text has it. */
export interface DraftEdge<S> extends Drafted {
  readonly state: S
  /** The property of others that it comes from: its weight is a default, and its ends may be elsewhere. */
  readonly property: string | null
}

/** What a text says of a resource, as canonical N-Triples without the subject. */
export interface DraftAnnotation extends Drafted {
  /** The id of the thing that the resource is, or would be. */
  readonly resource: string
  readonly subject: string
  readonly triples: readonly string[]
}

/** An ontology as a text has it, before it is compared with what is there. */
export interface Draft {
  readonly values: DraftNode<ValueState>[]
  readonly beliefs: DraftNode<BeliefState>[]
  readonly relations: DraftEdge<RelationState>[]
  readonly links: DraftEdge<LinkState>[]
  readonly annotations: DraftAnnotation[]
  readonly problems: Problem[]
}

export const emptyDraft = (): Draft => ({
  values: [],
  beliefs: [],
  relations: [],
  links: [],
  annotations: [],
  problems: [],
})

export const warning = (path: string, message: string): Problem => ({ path, message, severity: Severity.WARNING })
export const fault = (path: string, message: string): Problem => ({ path, message, severity: Severity.ERROR })

export const isFault = ({ severity }: Problem): boolean => severity === Severity.ERROR

/** The path of a line; of the whole text where the line is not known. */
export const atLine = (line: number | null): string => (line === null ? 'content' : `line ${line}`)

/** Notes that something holds of several places, to say it once: where first, and how often. */
export const createTally = () => {
  const counts = new Map<string, { path: string; count: number }>()
  return {
    add: (key: string, path: string): void => {
      const known = counts.get(key)
      if (known) known.count++
      else counts.set(key, { path, count: 1 })
    },
    warnings: (message: (key: string, count: number) => string): Problem[] =>
      [...counts].map(([key, { path, count }]) => warning(path, message(key, count))),
  }
}
