import type { Resource, Said } from '../domain/exchange/resources.ts'
import { iriOf, literalOf } from '../domain/exchange/statements.ts'
import { DCT, FOAF, NS, OWL, RDF, RDF_TYPE, RDFS, SKOS, XSD } from '../domain/exchange/vocabulary.ts'

const PREFIXES: readonly [string, string][] = [
  ['dct', DCT],
  ['foaf', FOAF],
  ['ms', NS],
  ['owl', OWL],
  ['rdf', RDF],
  ['rdfs', RDFS],
  ['skos', SKOS],
  ['xsd', XSD],
]
const LOCAL = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Turtle, a statement on each line: a subject begins its block, and a full stop of its own ends it. */
export const writeTurtle = (resources: readonly Resource[]): string => {
  const short = createShortener()
  const line = ({ predicate, object }: Said): string =>
    `  ${predicate === RDF_TYPE ? 'a' : short(predicate)} ${term(object, short)} ;\n`
  const prefixes = PREFIXES.map(([prefix, iri]) => `@prefix ${prefix}: <${iri}> .\n`).join('')
  const blocks = resources.map(
    ({ subject, own, kept }) => `\n${short(subject)}\n${own.map(line).join('')}${kept.map(line).join('')}.\n`,
  )
  return prefixes + blocks.join('')
}

const term = (object: string, short: (iri: string) => string): string => {
  const iri = iriOf(object)
  if (iri !== null) return short(iri)
  const end = object.lastIndexOf('"') + 1
  return object.startsWith('^^', end) ? `${object.slice(0, end)}^^${short(literalOf(object)?.datatype ?? '')}` : object
}

const createShortener = () => {
  const known = new Map<string, string>()
  const shorten = (iri: string): string => {
    const [prefix, namespace] = PREFIXES.find(([, start]) => iri.startsWith(start)) ?? []
    const local = namespace === undefined ? '' : iri.slice(namespace.length)
    return LOCAL.test(local) ? `${prefix ?? ''}:${local}` : `<${iri}>`
  }
  return (iri: string): string => {
    const made = known.get(iri) ?? shorten(iri)
    known.set(iri, made)
    return made
  }
}
