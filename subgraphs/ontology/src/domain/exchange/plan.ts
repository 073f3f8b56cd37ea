import { canonicalJson } from '@mothership/platform/json'
import type { Change, State } from '../change.ts'
import { type BeliefState, nameKey, type ValueState } from '../node.ts'
import { linksOf, relationAt } from '../places.ts'
import type { Entry, WorkingSet } from '../working-set.ts'
import { createTally, type Draft, type DraftEdge, type DraftNode, fault, isFault, type Problem } from './draft.ts'

/** What an import would do: how many things, each value, belief, relation, link, and resource that became none of them. */
export interface ImportPlan {
  readonly changes: Change[]
  readonly created: number
  readonly changed: number
  readonly unchanged: number
  readonly skipped: number
  readonly problems: Problem[]
}

/** Compares a draft with what is there. It reads the working set and leaves it as it is. */
export const planImport = (set: WorkingSet, draft: Draft): ImportPlan => {
  const planner = createPlanner(set, draft)
  for (const node of named(draft.values, set.values, 'value', planner.problems)) planner.addNode('value', node)
  for (const node of named(draft.beliefs, set.beliefs, 'belief', planner.problems)) planner.addNode('belief', node)
  planner.addRelations(draft)
  planner.addLinks(draft)
  planner.addAnnotations(draft)
  return planner.finish()
}

type NodeState = ValueState | BeliefState
type Outcome = 'created' | 'changed' | 'unchanged'

/** Equal up to the order of task types, which means nothing. */
const isEqual = (field: string, one: unknown, other: unknown): boolean => {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object') return false
  if (field === 'taskTypes')
    return canonicalJson([...(one as string[])].sort()) === canonicalJson([...(other as string[])].sort())
  return canonicalJson(one) === canonicalJson(other)
}

const differing = <S extends State>(now: S, wanted: Partial<S>): Partial<S> =>
  Object.fromEntries(
    Object.entries(wanted).filter(
      ([field, state]) => !isEqual(field, (now as unknown as Record<string, unknown>)[field], state),
    ),
  ) as Partial<S>

const createPlanner = (set: WorkingSet, draft: Draft) => {
  const changes: Change[] = []
  const problems: Problem[] = [...draft.problems]
  const outcomes = new Map<string, Outcome>()
  const drafted = new Set<string>()
  let skipped = 0
  const values = new Set(draft.values.map(({ id }) => id))
  const beliefs = new Set(draft.beliefs.map(({ id }) => id))
  const isBelief = (id: string): boolean => beliefs.has(id) || isLive(set.beliefs.get(id))
  const isValue = (id: string): boolean => values.has(id) || isLive(set.values.get(id))

  /** Whether a thing may have its id: it is drafted once, and no other kind of thing has it. */
  const mayHave = (entries: Map<string, Entry<never>>, { id, path }: { id: string; path: string }): boolean => {
    const others = [set.values, set.beliefs, set.relations, set.links, set.annotations] as Map<string, unknown>[]
    const isTaken = others.some((things) => things !== entries && things.has(id))
    if (isTaken) problems.push(fault(`${path}.id`, `is taken: something of another kind has the id ${id}`))
    const isRepeated = drafted.has(id)
    if (isRepeated) problems.push(fault(`${path}.id`, `is given twice: ${id}`))
    drafted.add(id)
    return !isTaken && !isRepeated
  }

  const addEdge = <S extends State>(
    entries: Map<string, Entry<S>>,
    edge: DraftEdge<S>,
    { present, change }: { present: string | null; change: (id: string) => Change },
  ): void => {
    const id = present ?? edge.id
    if (!mayHave(entries as Map<string, Entry<never>>, { id, path: edge.path })) return
    const now = entries.get(id)?.now ?? null
    const isKept = now !== null && (edge.property !== null || Object.keys(differing(now, edge.state)).length === 0)
    outcomes.set(id, now === null ? 'created' : isKept ? 'unchanged' : 'changed')
    if (!isKept) changes.push(change(id))
  }

  return {
    problems,
    addNode: (kind: 'value' | 'belief', { id, path, state, isPartial }: DraftNode<NodeState>): void => {
      const entries = (kind === 'value' ? set.values : set.beliefs) as Map<string, Entry<NodeState>>
      if (!mayHave(entries as Map<string, Entry<never>>, { id, path })) return
      const now = entries.get(id)?.now ?? null
      if (now === null) {
        outcomes.set(id, 'created')
        changes.push({
          kind: kind === 'value' ? 'createValue' : 'createBelief',
          id,
          path,
          state,
          isAnew: true,
        } as Change)
        return
      }
      const said = isPartial ? { name: state.name, description: state.description } : state
      const fields = differing(now, said)
      const isChanged = Object.keys(fields).length > 0
      outcomes.set(id, isChanged ? 'changed' : 'unchanged')
      if (isChanged) {
        changes.push({ kind: kind === 'value' ? 'updateValue' : 'updateBelief', id, path, fields })
      }
    },

    addRelations: ({ relations }: Draft): void => {
      const elsewhere = createTally()
      for (const edge of relations) {
        const { state, path, property } = edge
        const missing = (['from', 'to'] as const).find((end) => !isBelief(state[end]))
        if (missing !== undefined && property !== null) {
          skipped++
          elsewhere.add(property, path)
        } else if (missing !== undefined) {
          problems.push(fault(`${path}.${missing}`, `is no belief: ${state[missing]}`))
        } else {
          addEdge(set.relations, edge, {
            present: relationAt(set, state),
            change: (id) => ({ kind: 'relateBeliefs', id, path, state, isAnew: true }),
          })
        }
      }
      problems.push(
        ...elsewhere.warnings(
          (property, count) =>
            `${count} statements of <${property}>, this first, lead to what is no belief here; they are kept as statements`,
        ),
      )
    },

    addLinks: ({ links }: Draft): void => {
      for (const edge of links) {
        const { state, path } = edge
        if (!isBelief(state.belief)) problems.push(fault(`${path}.belief`, `is no belief: ${state.belief}`))
        else if (!isValue(state.value)) problems.push(fault(`${path}.value`, `is no value: ${state.value}`))
        else {
          const present = linksOf(set, state.belief).find(({ value }) => value === state.value)?.id ?? null
          addEdge(set.links, edge, {
            present,
            change: (id) => ({ kind: 'linkValue', id, path, state, isAnew: true }),
          })
        }
      }
    },

    addAnnotations: ({ annotations }: Draft): void => {
      for (const { id, resource, subject, triples, path } of annotations) {
        const node = isBelief(resource) || isValue(resource) ? resource : null
        const now = set.annotations.get(id)?.now ?? null
        const all = union(now?.triples ?? [], triples)
        const isSame = now !== null && now.node === node && now.triples.length === all.length
        if (!isSame) changes.push({ kind: 'annotate', id, path, state: { subject, node, triples: all } })
        const known = outcomes.get(resource)
        if (known === undefined) outcomes.set(resource, isSame ? 'unchanged' : now ? 'changed' : 'created')
        else if (known === 'unchanged' && !isSame) outcomes.set(resource, 'changed')
      }
    },

    finish: (): ImportPlan => {
      const count = (wanted: Outcome): number => [...outcomes.values()].filter((outcome) => outcome === wanted).length
      return {
        changes: problems.some(isFault) ? [] : changes,
        created: count('created'),
        changed: count('changed'),
        unchanged: count('unchanged'),
        skipped,
        problems,
      }
    },
  }
}

const isLive = (entry: Entry<State> | undefined): boolean => entry !== undefined && entry.now !== null

/** Both, sorted, each once. What an import does not say stays. */
const union = (known: readonly string[], said: readonly string[]): string[] => {
  if (known.length === 0) return [...said]
  return [...new Set([...known, ...said])].sort()
}

/**
 * The nodes, each with a name that no other has: whoever's name may be another gives way, in the order of ids, so that
 * the same import gives the same names again.
 */
const named = <S extends NodeState>(
  nodes: readonly DraftNode<S>[],
  entries: Map<string, Entry<S>>,
  what: string,
  problems: Problem[],
): DraftNode<S>[] => {
  const own = new Set(nodes.map(({ id }) => id))
  const holders = new Map<string, string>()
  for (const [id, { now }] of entries) if (now !== null && !own.has(id)) holders.set(nameKey(now.name), id)
  const take = (node: DraftNode<S>): DraftNode<S> => {
    const { id, path, state, otherNames } = node
    const name = [state.name, ...otherNames].find((candidate) => (holders.get(nameKey(candidate)) ?? id) === id)
    holders.set(nameKey(name ?? state.name), id)
    if (name === undefined) {
      problems.push(fault(`${path}.name`, `is taken: another ${what} is called "${state.name}"`))
      return node
    }
    return name === state.name ? node : { ...node, state: { ...state, name } }
  }
  const fixed = nodes.filter(({ otherNames }) => otherNames.length === 0).map(take)
  const free = nodes.filter(({ otherNames }) => otherNames.length > 0)
  return [...fixed, ...free.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(take)]
}
