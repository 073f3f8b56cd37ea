import { type NetChange, ChangeKind as Kind, type State } from './change.ts'
import {
  type Belief,
  type BeliefState,
  Level,
  levelOf,
  type LinkState,
  type Relation,
  type RelationState,
  Standing,
  type Value,
  type ValueLink,
  type ValueState,
} from './node.ts'
import { type Stored } from './preview.ts'
import type { Strength } from './propagate.ts'
import { standingOf } from './strength.ts'

/** A belief that a draft would change, as far as it matters to which tasks it bears on. */
export interface DraftedBelief {
  readonly id: string
  readonly standing: Standing
  /** As it counts: where none is given, the one that follows from the rule. */
  readonly level: Level
  readonly taskTypes: readonly string[]
  /** Its words, where they would be others; null: they stay. */
  readonly name: string | null
  readonly description: string | null
}

/** What a draft would make of the ontology, beside all that it leaves as it is. */
export interface DraftView {
  /** The newest revision, on top of which the draft would be made. */
  readonly revision: number
  /** Every belief that would be another, or none any more. */
  readonly drafted: readonly DraftedBelief[]
  /** Those of them that there would be, by their ids. */
  readonly beliefs: ReadonlyMap<string, Belief>
  readonly values: readonly Value[]
  readonly links: Edges<ValueLink>
  readonly relations: Edges<Relation>
}

/** What of the relations, or of the links, would not be any more as it is, and what would be there. */
interface Edges<E> {
  readonly removed: ReadonlySet<string>
  readonly added: readonly E[]
}

/** What a draft would change, and what is known of it. */
interface DraftFacts {
  readonly revision: number
  readonly now: Date
  readonly changes: readonly NetChange[]
  readonly known: ReadonlyMap<string, Stored>
  readonly strengths: ReadonlyMap<string, Strength>
  /** The values and beliefs as they are now, those at least that would change. */
  readonly nodes: { readonly values: ReadonlyMap<string, Value>; readonly beliefs: ReadonlyMap<string, Belief> }
}

const NODE_CHANGES: readonly Kind[] = [Kind.createBelief, Kind.updateBelief]

/** The ids of the beliefs that would be others by an edit: in what they say, or only in their strength. */
export const idsOfDrafted = ({
  changes,
  known,
  strengths,
}: Omit<DraftFacts, 'nodes' | 'revision' | 'now'>): string[] => {
  const stronger = [...strengths].flatMap(([id, { strength, converged }]) => {
    const was = known.get(id)
    return was?.strength === strength && was.converged === converged ? [] : [id]
  })
  return [...new Set([...stronger, ...changes.filter(({ kind }) => NODE_CHANGES.includes(kind)).map(({ id }) => id)])]
}

/** What there would be after a draft. */
export const draftViewOf = (facts: DraftFacts): DraftView => {
  const { revision, changes } = facts
  const changeOf = new Map(
    changes.filter(({ kind }) => NODE_CHANGES.includes(kind)).map((change) => [change.id, change]),
  )
  const beliefs = new Map(idsOfDrafted(facts).map((id) => [id, beliefOf(id, changeOf.get(id)?.after ?? null, facts)]))
  const drafted = [...beliefs.values()].map((belief): DraftedBelief => {
    const { id, standing, level, rule, taskTypes, name, description } = belief
    const change = changeOf.get(id)
    const before = change?.before as BeliefState | null | undefined
    const isSame = !change || (before?.name === name && before.description === description)
    return {
      id,
      standing,
      level: levelOf({ level, rule }),
      taskTypes,
      name: isSame ? null : name,
      description: isSame ? null : description,
    }
  })
  const gone = changes
    .filter(({ kind }) => kind === Kind.deleteBelief)
    .map(({ id }): DraftedBelief => ({
      ...{ id, standing: Standing.DEFEATED, level: Level.SHOULD, taskTypes: [] },
      ...{ name: null, description: null },
    }))
  return {
    revision,
    drafted: [...drafted, ...gone],
    beliefs,
    values: valuesOf(facts),
    links: edgesOf<LinkState>(facts, [Kind.linkValue, Kind.unlinkValue]),
    relations: edgesOf<RelationState>(facts, [Kind.relateBeliefs, Kind.unrelateBeliefs]),
  }
}

const anew = ({ now }: Pick<DraftFacts, 'now'>, id: string) => ({
  id,
  createdAt: now,
  updatedAt: now,
  deletedAt: null,
  asOf: null,
})

const beliefOf = (id: string, state: State | null, facts: DraftFacts): Belief => {
  const { revision, strengths, nodes } = facts
  const found = nodes.beliefs.get(id)
  const { strength, converged } = strengths.get(id) ?? found ?? { strength: 0, converged: true }
  return {
    ...(found ?? anew(facts, id)),
    ...(state as BeliefState | null),
    strength,
    converged,
    standing: standingOf(strength),
    revision: state === null && found ? found.revision : revision + 1,
  } as Belief
}

const valuesOf = (facts: DraftFacts): Value[] =>
  facts.changes.flatMap(({ kind, id, after }): Value[] => {
    if (kind !== Kind.createValue && kind !== Kind.updateValue) return []
    const found = facts.nodes.values.get(id)
    return [{ ...(found ?? anew(facts, id)), ...(after as ValueState), revision: facts.revision + 1 }]
  })

const edgesOf = <S extends RelationState | LinkState>(
  { changes, revision }: DraftFacts,
  kinds: readonly Kind[],
): Edges<S & { id: string; revision: number; asOf: null }> => {
  const made = changes.filter(({ kind }) => kinds.includes(kind))
  return {
    removed: new Set(made.filter(({ before }) => before !== null).map(({ id }) => id)),
    added: made.flatMap(({ id, after }) =>
      after === null ? [] : [{ ...(after as S), id, revision: revision + 1, asOf: null }],
    ),
  }
}
