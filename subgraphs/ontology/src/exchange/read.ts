import { type Draft, emptyDraft, fault, isFault, type Problem } from '../domain/exchange/draft.ts'
import { draftOf } from '../domain/exchange/from-statements.ts'
import type { Mapping } from '../domain/exchange/mapping.ts'
import type { Statement } from '../domain/exchange/statements.ts'
import { nameBlankNodes } from '../domain/exchange/blank-nodes.ts'
import type { OntologyFormat } from './format.ts'
import { readCsv } from './read-csv.ts'
import { createLocator, readJson } from './read-json.ts'
import { readJsonLd } from './read-json-ld.ts'
import { readRdfXml } from './read-rdf-xml.ts'
import { readTurtle } from './read-turtle.ts'

/** What a text says, and how a path of it is told to people. */
export interface Reading {
  readonly draft: Draft
  locate(path: string): string
}

type Read = (content: string) => Promise<{ statements: Statement[]; problems: Problem[] }>
const RDF_READERS: Partial<Record<OntologyFormat, Read>> = {
  TURTLE: readTurtle,
  JSON_LD: readJsonLd,
  RDF_XML: readRdfXml,
}

/** Reads a text. What is wrong with it stands in the draft's problems; a fault leaves the draft otherwise empty. */
export const read = async (format: OntologyFormat, content: string, mapping: Mapping): Promise<Reading> => {
  const readRdf = RDF_READERS[format]
  if (readRdf) return { draft: await readStatements(readRdf, content, mapping), locate: (path) => path }
  if (format === 'CSV') return { draft: await readCsv(content), locate: (path) => path }
  return { draft: readJson(content), locate: createLocator(content) }
}

const readStatements = async (readRdf: Read, content: string, mapping: Mapping): Promise<Draft> => {
  const { statements, problems } = await readRdf(content)
  if (problems.some(isFault)) return { ...emptyDraft(), problems }
  const named = await nameBlankNodes(statements).catch(() => null)
  if (named === null) {
    const message = 'has blank nodes that cannot be told apart; name them by IRIs'
    return { ...emptyDraft(), problems: [...problems, fault('content', message)] }
  }
  const draft = draftOf(named, mapping)
  return { ...draft, problems: [...problems, ...draft.problems] }
}
