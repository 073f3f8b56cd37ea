import type { Resource, Said } from '../domain/exchange/resources.ts'
import { iriOf, literalOf, literalTerm, toTriple } from '../domain/exchange/statements.ts'
import { DCT, NS, OWL, RDF, RDFS, SKOS, STATEMENT, XSD } from '../domain/exchange/vocabulary.ts'

const PREFIXES: readonly [string, string][] = [
  ['dct', DCT],
  ['ms', NS],
  ['owl', OWL],
  ['rdf', RDF],
  ['rdfs', RDFS],
  ['skos', SKOS],
]

/** What of the vocabulary of RDF may be the name of a property in RDF/XML. */
const RDF_PROPERTIES = /^(type|first|rest|value|subject|predicate|object|_[1-9][0-9]*)$/
const RESERVED = /^http:\/\/www\.w3\.org\/(XML\/1998\/namespace|2000\/xmlns\/)/
const NAME = /[A-Za-z_][A-Za-z0-9_.-]*$/
const DOT_SEGMENT = /\/\.\.?(\/|$)/
/** What XML cannot hold, or reads as something else. */
const UNWRITABLE = /(?![\t\n\r])[\p{Cc}\ufffe\uffff]|^\s*$/u

/** RDF/XML, a statement on each line but for line breaks in its text. What XML cannot write stands in ms:statement. */
export const writeRdfXml = (resources: readonly Resource[]): string => {
  const prefixes = PREFIXES.map(([prefix, iri]) => `\n  xmlns:${prefix}="${iri}"`).join('')
  const blocks = resources.map(({ subject, own, kept }) => {
    const lines = [...own, ...kept].map(toElement).join('')
    return `\n<rdf:Description rdf:about="${escapedAttribute(subject)}">\n${lines}</rdf:Description>\n`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF${prefixes}>\n${blocks.join('')}\n</rdf:RDF>\n`
}

const toElement = (said: Said): string =>
  elementOf(said) ?? elementOf({ predicate: STATEMENT, object: literalTerm(toTriple(said)) }) ?? ''

const elementOf = ({ predicate, object }: Said): string | null => {
  const name = nameOf(predicate)
  if (name === null) return null
  const [tag, declaration] = name
  const iri = iriOf(object)
  if (iri !== null) {
    if (DOT_SEGMENT.test(iri)) return null
    return `  <${tag}${declaration} rdf:resource="${escapedAttribute(iri)}"/>\n`
  }
  const literal = literalOf(object)
  if (!literal || UNWRITABLE.test(literal.value)) return null
  const { value, language, datatype } = literal
  if (datatype === `${RDF}XMLLiteral` || datatype === `${RDF}HTML` || DOT_SEGMENT.test(datatype)) return null
  const typed = datatype === `${XSD}string` ? '' : ` rdf:datatype="${escapedAttribute(datatype)}"`
  const attribute = language === '' ? typed : ` xml:lang="${language}"`
  return `  <${tag}${declaration}${attribute}>${escaped(value)}</${tag}>\n`
}

/** The name of an element for a property, with the declaration of its namespace; null where XML has none for it. */
const nameOf = (iri: string): [string, string] | null => {
  const local = NAME.exec(iri)?.[0]
  if (local === undefined || RESERVED.test(iri)) return null
  const namespace = iri.slice(0, -local.length)
  if (namespace === RDF && !RDF_PROPERTIES.test(local)) return null
  const [prefix] = PREFIXES.find(([, known]) => known === namespace) ?? []
  if (prefix !== undefined) return [`${prefix}:${local}`, '']
  return namespace === '' ? null : [`x:${local}`, ` xmlns:x="${escapedAttribute(namespace)}"`]
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;')

const escapedAttribute = (text: string): string => escaped(text).replaceAll('"', '&quot;')
