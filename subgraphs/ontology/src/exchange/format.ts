/** What an ontology is written as. */
export const OntologyFormat = {
  TURTLE: 'TURTLE',
  JSON_LD: 'JSON_LD',
  RDF_XML: 'RDF_XML',
  JSON: 'JSON',
  CSV: 'CSV',
} as const
export type OntologyFormat = (typeof OntologyFormat)[keyof typeof OntologyFormat]
