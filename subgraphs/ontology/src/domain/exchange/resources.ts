import { canonicalJson } from '@mothership/platform/json'
import type { AnnotationState, BeliefState, LinkState, RelationState, ValueState } from '../node.ts'
import { idOfIri } from './ids.ts'
import { iriTerm, literalTerm, partsOf } from './statements.ts'
import { NS, OwnClass, RDF, RDF_TYPE, UUID_IRI, XSD } from './vocabulary.ts'

/** All of an ontology at one moment, as far as an export has it. */
export interface Whole {
  readonly values: readonly (ValueState & { id: string })[]
  readonly beliefs: readonly (BeliefState & { id: string })[]
  readonly relations: readonly (RelationState & { id: string })[]
  readonly valueLinks: readonly (LinkState & { id: string })[]
  readonly annotations: readonly AnnotationState[]
}

export interface Said {
  readonly predicate: string
  /** Canonical N-Triples. */
  readonly object: string
}

/** What is said of one subject: what it is here, in our own vocabulary, then what was kept; each sorted. */
export interface Resource {
  readonly subject: string
  readonly own: readonly Said[]
  readonly kept: readonly Said[]
}

/** All digits of a number, without an exponent: readers of JSON-LD cut doubles to 16 digits, and leave decimals alone. */
const decimalOf = (value: number): string => {
  const [digits = '', exponent] = String(value).split('e')
  if (exponent === undefined) return digits
  const [whole = '', part = ''] = digits.split('.')
  return `0.${'0'.repeat(-Number(exponent) - whole.length)}${whole}${part}`
}

const text = (name: string, value: string): Said => ({ predicate: NS + name, object: literalTerm(value) })
const number = (name: string, value: number): Said => ({
  predicate: NS + name,
  object: literalTerm(decimalOf(value), '', `${XSD}decimal`),
})
const kindOf = (iri: string): Said => ({ predicate: RDF_TYPE, object: iriTerm(iri) })

/**
 * An ontology as resources: values, beliefs, relations, links, then what is none of these, each in the order of their
 * IRIs. So two exports differ in the lines that say what changed.
 */
export const resourcesOf = (whole: Whole): Resource[] => {
  const kept = new Map(whole.annotations.map((annotation) => [idOfIri(annotation.subject), annotation]))
  const iri = (id: string): string => kept.get(id)?.subject ?? UUID_IRI + id
  const node = (name: string, id: string): Said => ({ predicate: NS + name, object: iriTerm(iri(id)) })
  const used = new Set<string>()
  const resource = (id: string, own: Said[]): Resource => {
    used.add(id)
    return { subject: iri(id), own, kept: keptOf(kept.get(id)) }
  }
  const values = whole.values.map(({ id, name, description, weight }) =>
    resource(id, [
      kindOf(OwnClass.value),
      text('description', description),
      text('name', name),
      number('weight', weight),
    ]),
  )
  const beliefs = whole.beliefs.map((belief) => resource(belief.id, beliefOf(belief)))
  const relations = whole.relations.map(({ id, type, from, to, weight, note }) =>
    resource(id, [
      kindOf(OwnClass.relation),
      node('from', from),
      ...(note === null ? [] : [text('note', note)]),
      node('to', to),
      text('type', type),
      number('weight', weight),
    ]),
  )
  const links = whole.valueLinks.map(({ id, belief, value, effect, weight }) =>
    resource(id, [
      kindOf(OwnClass.link),
      node('belief', belief),
      text('effect', effect),
      node('value', value),
      number('weight', weight),
    ]),
  )
  const others = [...kept]
    .filter(([id, { triples }]) => !used.has(id) && triples.length > 0)
    .map(([, annotation]) => ({ subject: annotation.subject, own: [], kept: keptOf(annotation) }))
  return [values, beliefs, relations, links, others].flatMap((group) => group.sort(bySubject))
}

const beliefOf = ({ name, description, credence, taskTypes, rule, level }: BeliefState): Said[] => [
  kindOf(OwnClass.belief),
  number('credence', credence),
  text('description', description),
  ...(level === null ? [] : [text('level', level)]),
  text('name', name),
  ...(rule === null ? [] : [{ predicate: `${NS}rule`, object: literalTerm(canonicalJson(rule), '', `${RDF}JSON`) }]),
  ...taskTypes.toSorted().map((type) => text('taskType', type)),
]

const keptOf = (annotation: AnnotationState | undefined): Said[] =>
  (annotation?.triples ?? []).flatMap((triple) => partsOf(triple) ?? [])

const bySubject = (a: Resource, b: Resource): number => (a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0)
