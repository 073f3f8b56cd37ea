/** Our own vocabulary: docs/ns/mothership.ttl is its namespace document, docs/adr/0011 says why it is a URN. */
export const NS = 'urn:mothership:ns:'

/** Blank nodes are kept under names that follow from what is said about them. */
export const BLANK = 'urn:mothership:blank:'

/** The IRI of a value, belief, relation or link that was made here. */
export const UUID_IRI = 'urn:uuid:'

export const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'
export const RDFS = 'http://www.w3.org/2000/01/rdf-schema#'
export const OWL = 'http://www.w3.org/2002/07/owl#'
export const SKOS = 'http://www.w3.org/2004/02/skos/core#'
export const XSD = 'http://www.w3.org/2001/XMLSchema#'
export const DCT = 'http://purl.org/dc/terms/'
export const DC = 'http://purl.org/dc/elements/1.1/'
export const FOAF = 'http://xmlns.com/foaf/0.1/'
export const SCHEMA = 'https://schema.org/'

export const RDF_TYPE = `${RDF}type`

/** The classes of our own vocabulary. */
export const OwnClass = {
  value: `${NS}Value`,
  belief: `${NS}Belief`,
  relation: `${NS}Relation`,
  link: `${NS}Link`,
} as const

/** A statement that XML cannot write, as N-Triples without its subject. */
export const STATEMENT = `${NS}statement`

const IRI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\p{Cc} <>"{}|\\^`]*$/u

/** Whether a text is an absolute IRI, as far as every format of ours can write it. */
export const isIri = (text: string): boolean => IRI.test(text)
