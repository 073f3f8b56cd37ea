import { MothershipError } from '@mothership/platform/errors'
import type { Change, ChangeKind } from '../change.ts'
import { parseChange } from '../parse.ts'
import { atLine, type Draft, fault, type Problem } from './draft.ts'
import { idOfAnnotation, idOfIri } from './ids.ts'
import { iriOf, literalOf, type Statement, toTriple } from './statements.ts'
import { NS, OwnClass, RDF_TYPE, UUID_IRI } from './vocabulary.ts'

type Kind = keyof typeof OwnClass

const KINDS = new Map(Object.entries(OwnClass).map(([kind, iri]) => [`<${iri}>`, kind as Kind]))

/** What a thing of our own vocabulary is; null where it is none. */
export const ownKindOf = (said: readonly Statement[]): Kind | null => {
  for (const { predicate, object } of said) {
    const kind = predicate === RDF_TYPE ? KINDS.get(object) : undefined
    if (kind) return kind
  }
  return null
}

const textOf = (term: string): unknown => literalOf(term)?.value
const numberOf = (term: string): unknown => {
  const text = literalOf(term)?.value.trim() ?? ''
  return text === '' ? undefined : Number(text)
}
const nodeOf = (term: string): unknown => {
  const iri = iriOf(term)
  return iri === null ? undefined : idOfIri(iri)
}
const ruleOf = (term: string): unknown => {
  const text = literalOf(term)?.value
  return text === undefined ? undefined : (JSON.parse(text) as unknown)
}

type Read = (term: string) => unknown
const NAMED = { name: textOf, description: textOf }

/** The properties of each kind, and how each is read. Those that may stand several times are lists. */
const PROPERTIES: Record<Kind, Record<string, Read>> = {
  value: { ...NAMED, weight: numberOf },
  belief: { ...NAMED, credence: numberOf, taskType: textOf, rule: ruleOf, level: textOf },
  relation: { type: textOf, from: nodeOf, to: nodeOf, weight: numberOf, note: textOf },
  link: { belief: nodeOf, value: nodeOf, effect: textOf, weight: numberOf },
}

/** Reads what a text says about a thing in our own vocabulary; what else it says is kept. */
export const addOwn = (draft: Draft, { kind, said }: { kind: Kind; said: readonly Statement[] }): void => {
  const [first] = said
  if (!first) return
  const { subject } = first
  const path = atLine(first.line)
  const fields = new Map<string, unknown[]>()
  const kept: string[] = []
  for (const statement of said) {
    const { predicate, object, line } = statement
    if (predicate === RDF_TYPE && KINDS.get(object) === kind) continue
    const name = predicate.startsWith(NS) ? predicate.slice(NS.length) : ''
    const read = Object.hasOwn(PROPERTIES[kind], name) ? PROPERTIES[kind][name] : undefined
    if (!read) {
      kept.push(toTriple(statement))
      continue
    }
    const field = readField(draft, read, object, `${atLine(line)}.${name}`)
    const known = fields.get(name)
    if (known) known.push(field)
    else fields.set(name, [field])
  }
  const { taskType = [], ...single } = Object.fromEntries(fields)
  for (const [name, given] of Object.entries(single)) {
    if (given.length > 1) draft.problems.push(fault(`${path}.${name}`, `is given ${given.length} times; give one`))
  }
  const input = {
    id: idOfIri(subject),
    ...Object.fromEntries(Object.entries(single).map(([name, [given]]) => [name, given])),
    ...(kind === 'belief' && { taskTypes: taskType.toSorted() }),
  }
  addThing(draft, { kind, input, path })
  // An IRI of its own must come out again, also where nothing else is kept.
  if (kept.length > 0 || !subject.startsWith(UUID_IRI)) addAnnotation(draft, { subject, path, triples: kept })
}

const readField = (draft: Draft, read: Read, term: string, path: string): unknown => {
  try {
    return read(term)
  } catch {
    draft.problems.push(fault(path, 'is no JSON'))
    return undefined
  }
}

const CREATES: Record<Kind, ChangeKind> = {
  value: 'createValue',
  belief: 'createBelief',
  relation: 'relateBeliefs',
  link: 'linkValue',
}

/** Adds a thing, checked like any edit; its faults go to the draft's problems. */
export const addThing = (draft: Draft, { kind, input, path }: { kind: Kind; input: unknown; path: string }): void => {
  try {
    addParsed(draft, parseChange({ kind: CREATES[kind], input, path, newId: () => '' }))
  } catch (error) {
    if (!(error instanceof MothershipError)) throw error
    draft.problems.push(...faultsOf(error, path))
  }
}

const addParsed = (draft: Draft, change: Change): void => {
  const { id, path } = change
  if (id === '') {
    draft.problems.push(fault(`${path}.id`, 'is missing'))
    return
  }
  if (change.kind === 'createValue') {
    draft.values.push({ id, path, state: change.state, otherNames: [], isPartial: false })
  } else if (change.kind === 'createBelief') {
    const state = { ...change.state, taskTypes: change.state.taskTypes.toSorted() }
    draft.beliefs.push({ id, path, state, otherNames: [], isPartial: false })
  } else if (change.kind === 'relateBeliefs') {
    draft.relations.push({ id, path, state: change.state, property: null })
  } else if (change.kind === 'linkValue') {
    draft.links.push({ id, path, state: change.state, property: null })
  }
}

/** Adds what is kept of a resource. */
export const addAnnotation = (draft: Draft, given: { subject: string; path: string; triples: string[] }): void => {
  const { subject, path } = given
  const triples = [...new Set(given.triples)].sort()
  draft.annotations.push({ id: idOfAnnotation(subject), resource: idOfIri(subject), subject, path, triples })
}

/** The faults that an error names, as problems. */
export const faultsOf = (error: MothershipError, path: string): Problem[] => {
  const problems = error.details['problems'] as readonly { path: string; message: string }[] | undefined
  return (problems ?? [{ path, message: error.message }]).map((problem) => fault(problem.path, problem.message))
}
