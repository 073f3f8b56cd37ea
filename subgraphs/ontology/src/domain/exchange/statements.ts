import { isIri, RDF, XSD } from './vocabulary.ts'

/** A term of RDF, as the libraries that read it have it (RDF/JS). */
export interface Term {
  readonly termType: string
  readonly value: string
  readonly language?: string
  readonly direction?: string | null
  readonly datatype?: { readonly value: string }
}

/** A statement: the subject is an IRI or `_:label`, the object canonical N-Triples. */
export interface Statement {
  readonly subject: string
  readonly predicate: string
  readonly object: string
  /** Where it stands in the text; null where that is not known. */
  readonly line: number | null
}

export interface Literal {
  readonly value: string
  /** In lower case, since languages are the same in any; '' where there is none. */
  readonly language: string
  readonly datatype: string
}

const ESCAPED = /[\p{Cc}"\\\ufffe\uffff]/u
const ALL_ESCAPED = new RegExp(ESCAPED, 'gu')
const ESCAPES: Record<string, string> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
}
const UNESCAPES = new Map(Object.entries(ESCAPES).map(([character, escape]) => [escape, character]))

const hex = (character: string): string => `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`

/** A text as N-Triples quotes it, line breaks and what XML cannot hold escaped. */
const quoted = (text: string): string =>
  ESCAPED.test(text)
    ? `"${text.replace(ALL_ESCAPED, (character) => ESCAPES[character] ?? hex(character))}"`
    : `"${text}"`

/** A literal as canonical N-Triples. */
export const literalTerm = (value: string, language = '', datatype = ''): string => {
  if (language !== '') return `${quoted(value)}@${language.toLowerCase()}`
  return datatype === '' || datatype === `${XSD}string` ? quoted(value) : `${quoted(value)}^^<${datatype}>`
}

export const iriTerm = (iri: string): string => `<${iri}>`

/** The most characters of a literal. */
const MAX_LENGTH = 1_000_000
const LANGUAGE = /^[a-z]{1,8}(-[a-z0-9]{1,8})*$/i

/** Why a term cannot be taken; null where it can. */
const faultOf = ({ termType, value, language, direction, datatype }: Term): string | null => {
  if (termType === 'BlankNode') return null
  if (termType === 'NamedNode') return isIri(value) ? null : `has "${value.slice(0, 200)}", which is no absolute IRI`
  if (termType !== 'Literal') return 'has a statement about a statement or a variable: only RDF 1.1 is read'
  if (value.length > MAX_LENGTH) return `has a text of ${value.length} characters; it may have ${MAX_LENGTH}`
  if (language && !LANGUAGE.test(language)) return `has the language "${language.slice(0, 200)}", which is none`
  if (direction) return 'has a text with a base direction: only RDF 1.1 is read'
  return datatype && !isIri(datatype.value)
    ? `has the datatype "${datatype.value.slice(0, 200)}", no absolute IRI`
    : null
}

/** A term without a fault as N-Triples; blank nodes as `_:label`. */
const toTerm = (term: Term): string => {
  if (term.termType === 'NamedNode') return iriTerm(term.value)
  if (term.termType === 'BlankNode') return `_:${term.value.replace(/^_:/, '')}`
  return literalTerm(term.value, term.language, term.datatype?.value)
}

/** Turns terms into N-Triples, or tells why one cannot be taken. It knows the IRIs that it has seen. */
export const createEncoder = (tell: (fault: string) => void): ((term: Term) => string | null) => {
  const known = new Map<string, string>()
  return (term) => {
    const { termType, value } = term
    const made = termType === 'NamedNode' ? known.get(value) : undefined
    if (made !== undefined) return made
    const wrong = faultOf(term)
    if (wrong !== null) {
      tell(wrong)
      return null
    }
    const encoded = toTerm(term)
    if (termType === 'NamedNode') known.set(value, encoded)
    return encoded
  }
}

/** The IRI of a term; null where it is no IRI. */
export const iriOf = (term: string): string | null => (term.startsWith('<') ? term.slice(1, -1) : null)

/** The literal that canonical N-Triples stand for; null where they are no literal. */
export const literalOf = (term: string): Literal | null => {
  if (!term.startsWith('"')) return null
  const end = term.lastIndexOf('"')
  const inner = term.slice(1, end)
  const value = inner.includes('\\')
    ? inner.replace(/\\u([0-9A-F]{4})|\\./g, (escape, code: string | undefined) =>
        code === undefined ? (UNESCAPES.get(escape) ?? escape) : String.fromCharCode(Number.parseInt(code, 16)),
      )
    : inner
  const rest = term.slice(end + 1)
  if (rest.startsWith('@')) return { value, language: rest.slice(1), datatype: `${RDF}langString` }
  return { value, language: '', datatype: rest === '' ? `${XSD}string` : rest.slice(3, -1) }
}

const TRIPLE =
  /^<([^\p{Cc} <>"{}|\\^`]+)> (<[^\p{Cc} <>"{}|\\^`]+>|"(?:[^"\\\p{Cc}]|\\[tbnrf"\\]|\\u[0-9A-F]{4})*"(?:@[a-z]{1,8}(?:-[a-z0-9]{1,8})*|\^\^<[^\p{Cc} <>"{}|\\^`]+>)?)$/u

/** The predicate and object of a kept statement; null where the text is none. */
export const partsOf = (triple: string): { predicate: string; object: string } | null => {
  // A longer one holds too long a literal, escaped or not, and the pattern has no stack for it.
  if (triple.length > MAX_LENGTH * 7) return null
  const [, predicate, object] = TRIPLE.exec(triple) ?? []
  if (predicate === undefined || object === undefined || !isIri(predicate)) return null
  const iri = iriOf(object)
  return iri !== null && !isIri(iri) ? null : { predicate, object }
}

/** A statement as it is kept: all of it but its subject. */
export const toTriple = ({ predicate, object }: Pick<Statement, 'predicate' | 'object'>): string =>
  `<${predicate}> ${object}`
