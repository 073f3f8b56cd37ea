import { canonicalJson, type JsonValue } from '@mothership/platform/json'
import type { Whole } from '../domain/exchange/resources.ts'
import { NS } from '../domain/exchange/vocabulary.ts'

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1)
const bySubject = (a: { subject: string }, b: { subject: string }): number => (a.subject < b.subject ? -1 : 1)

/** JSON of our own: what readJson reads. */
export const writeJson = ({ values, beliefs, relations, valueLinks, annotations }: Whole): string => {
  const document = {
    vocabulary: NS,
    version: 1,
    values: values.toSorted(byId).map(({ id, name, description, weight }) => ({ id, name, description, weight })),
    beliefs: beliefs.toSorted(byId).map(({ id, name, description, credence, taskTypes, rule, level }) => ({
      id,
      name,
      description,
      credence,
      taskTypes: taskTypes.toSorted(),
      rule: JSON.parse(canonicalJson(rule)) as JsonValue,
      level,
    })),
    relations: relations
      .toSorted(byId)
      .map(({ id, type, from, to, weight, note }) => ({ id, type, from, to, weight, note })),
    links: valueLinks
      .toSorted(byId)
      .map(({ id, belief, value, effect, weight }) => ({ id, belief, value, effect, weight })),
    annotations: annotations.toSorted(bySubject).map(({ subject, triples }) => ({ subject, triples })),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}
