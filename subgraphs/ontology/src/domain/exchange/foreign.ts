import { isStorable } from '@mothership/platform/storable'
import { atLine, createTally, type Draft, type DraftNode, warning } from './draft.ts'
import type { BeliefState } from '../node.ts'
import { idOfIri, idOfRelation } from './ids.ts'
import type { Mapping, RelationMapping } from './mapping.ts'
import { iriOf, type Literal, literalOf, type Statement } from './statements.ts'
import { BLANK, RDF_TYPE, SKOS } from './vocabulary.ts'

const MAX_NAME = 200
const MAX_DESCRIPTION = 10_000

/** A concept is taken for an instance of its scheme as of its class. */
const CLASS_PROPERTIES = new Set([RDF_TYPE, `${SKOS}inScheme`])

const cut = (text: string, max: number): string => {
  if (text.length <= max) return text
  // Half of a surrogate pair cannot be stored.
  const kept = text.slice(0, max - 1)
  return `${kept.isWellFormed() ? kept : kept.slice(0, -1)}…`
}

/** The part of an IRI that names it. */
const localName = (iri: string): string => /[^#/:]+(?=[#/:]*$)/.exec(iri)?.[0] ?? iri

/** How well a text's language serves, the smaller the better: as wanted, then without a language, then any. */
const rankOf = ({ language }: Literal, languages: readonly string[]): number => {
  const exact = languages.findIndex((wanted) => language === wanted || language.startsWith(`${wanted}-`))
  if (exact !== -1) return 2 * exact + (language === languages[exact] ? 0 : 1)
  return 2 * languages.length + (language === '' ? 0 : 1)
}

const isBetter = (one: [number, number, string], other: [number, number, string]): boolean => {
  if (one[0] !== other[0]) return one[0] < other[0]
  return one[1] === other[1] ? one[2] < other[2] : one[1] < other[1]
}

/** The best text of some properties: by language, then by property, then by the text itself. */
const textOf = (said: readonly Statement[], places: ReadonlyMap<string, number>, mapping: Mapping): string | null => {
  let best: [number, number, string] | null = null
  for (const { predicate, object } of said) {
    const place = places.get(predicate)
    const literal = place === undefined ? null : literalOf(object)
    const text = literal?.value.trim() ?? ''
    if (place === undefined || !literal || text === '') continue
    const candidate: [number, number, string] = [rankOf(literal, mapping.languages), place, text]
    if (best === null || isBetter(candidate, best)) best = candidate
  }
  return best?.[2] ?? null
}

const placesOf = (iris: readonly string[]): Map<string, number> => new Map(iris.map((iri, place) => [iri, place]))

/** Maps what a text says of the resources of others to values, beliefs and relations. */
export const createForeignReader = (draft: Draft, mapping: Mapping) => {
  const valueClasses = new Set(mapping.valueClasses.map((iri) => `<${iri}>`))
  const beliefClasses = new Set(mapping.beliefClasses.map((iri) => `<${iri}>`))
  const labels = placesOf(mapping.labels)
  const descriptions = placesOf(mapping.descriptions)
  const relations = new Map<string, RelationMapping[]>()
  for (const relation of mapping.relations) {
    relations.set(relation.property, [...(relations.get(relation.property) ?? []), relation])
  }
  const undescribed = createTally()
  const shortened = createTally()
  const repeats = new Set<string>()

  const kindOf = (said: readonly Statement[]): 'value' | 'belief' | null => {
    let isBelief = false
    for (const { predicate, object } of said) {
      if (!CLASS_PROPERTIES.has(predicate)) continue
      if (valueClasses.has(object)) return 'value'
      isBelief ||= beliefClasses.has(object)
    }
    return isBelief ? 'belief' : null
  }

  const drafted = <S>(said: readonly Statement[], rest: Omit<S, 'name' | 'description'>): DraftNode<S> => {
    const { subject = '', line = null } = said[0] ?? {}
    const path = atLine(line)
    const label = textOf(said, labels, mapping) ?? localName(subject)
    const text = textOf(said, descriptions, mapping)
    if (text === null) undescribed.add('', path)
    if (label.length > MAX_NAME || (text ?? label).length > MAX_DESCRIPTION) shortened.add('', path)
    const name = cut(label, MAX_NAME)
    const suffixed = [localName(subject), subject].map((suffix) => {
      const end = cut(suffix, MAX_NAME / 2)
      return `${cut(label, MAX_NAME - end.length - 3)} (${end})`
    })
    return {
      id: idOfIri(subject),
      path,
      state: { ...rest, name, description: cut(text ?? label, MAX_DESCRIPTION) } as S,
      otherNames: suffixed,
      isPartial: true,
    }
  }

  const relate = (
    subjectId: string,
    statement: Statement,
    { property, type, inverse, weight }: RelationMapping,
  ): void => {
    const object = iriOf(statement.object)
    if (object === null || object.startsWith(BLANK)) return
    const [from, to] = inverse ? [idOfIri(object), subjectId] : [subjectId, idOfIri(object)]
    const path = atLine(statement.line)
    const id = idOfRelation({ type, from, to })
    if (repeats.has(id)) return
    repeats.add(id)
    if (from === to)
      draft.problems.push(warning(path, `<${property}> leads to the thing itself; it is kept as a statement`))
    else draft.relations.push({ id, path, property, state: { type, from, to, weight, note: null } })
  }

  return {
    add: (said: readonly Statement[]): void => {
      const [first] = said
      if (!first || first.subject.startsWith(BLANK)) return
      const kind = kindOf(said)
      if (kind === 'value') draft.values.push(drafted(said, { weight: mapping.weight }))
      if (kind !== 'belief') return
      const rest = { credence: mapping.credence, taskTypes: [], rule: null, level: null }
      const belief = drafted<BeliefState>(said, rest)
      draft.beliefs.push(belief)
      for (const statement of said) {
        for (const relation of relations.get(statement.predicate) ?? []) relate(belief.id, statement, relation)
      }
    },
    finish: (): void => {
      draft.problems.push(
        ...undescribed.warnings(
          (_, count) => `${count} things, this first, have no description; their name stands for it`,
        ),
        ...shortened.warnings(
          (_, count) => `${count} names or descriptions, this first, are too long, and are shortened`,
        ),
      )
    },
  }
}

/** Whether what a text says can be stored. */
export const isKeepable = ({ subject, predicate, object }: Statement): boolean =>
  isStorable(subject) &&
  isStorable(predicate) &&
  isStorable(object) &&
  !(object.includes('\\u0000') && literalOf(object)?.value.includes('\0') === true)
