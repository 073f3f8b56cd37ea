import { resourcesOf, type Whole } from '../domain/exchange/resources.ts'
import type { OntologyFormat } from './format.ts'
import { writeCsv } from './write-csv.ts'
import { writeJson } from './write-json.ts'
import { writeJsonLd } from './write-json-ld.ts'
import { writeRdfXml } from './write-rdf-xml.ts'
import { writeTurtle } from './write-turtle.ts'

const WRITERS: Record<OntologyFormat, (whole: Whole) => string> = {
  TURTLE: (whole) => writeTurtle(resourcesOf(whole)),
  JSON_LD: (whole) => writeJsonLd(resourcesOf(whole)),
  RDF_XML: (whole) => writeRdfXml(resourcesOf(whole)),
  JSON: writeJson,
  CSV: writeCsv,
}

/** An ontology as text, canonical: equal ontologies give equal texts. */
export const write = (format: OntologyFormat, whole: Whole): string => WRITERS[format](whole)
