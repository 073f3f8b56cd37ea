import { setImmediate as nextTurn } from 'node:timers/promises'
import { RdfXmlParser } from 'rdfxml-streaming-parser'
import { fault, type Problem } from '../domain/exchange/draft.ts'
import type { Statement } from '../domain/exchange/statements.ts'
import { chunksOf } from './chunks.ts'
import { createCollector, type Quad } from './collector.ts'
import { lineAt } from './lines.ts'

/** How much is read before others get their turn, in characters. */
const CHUNK = 128_000

/** Reads RDF/XML. A document type is refused before anything is read: it can define entities that grow without end. */
export const readRdfXml = async (content: string): Promise<{ statements: Statement[]; problems: Problem[] }> => {
  const declaration = findDeclaration(content)
  if (declaration !== -1) {
    const message = 'declares a document type or entities; write the names out, and leave the declaration away'
    return { statements: [], problems: [fault(`line ${lineAt(content, declaration)}`, message)] }
  }
  const { statements, problems, add } = createCollector()
  const parser = new RdfXmlParser({ trackPosition: true })
  const { saxParser } = parser as unknown as { saxParser: { line: number; close(): void } }
  const fail = (error: Error): void => {
    if (problems.length === 0) problems.push(faultIn(error, saxParser.line))
  }
  parser.push = (quad: Quad | null): boolean => {
    if (quad && problems.length === 0) add(quad, saxParser.line)
    return true
  }
  // What is not well-formed is told here, and read on; what is no RDF is told to the one who writes.
  parser.on('error', fail)
  for (const chunk of chunksOf(content, CHUNK)) {
    await new Promise<void>((resolve) => {
      parser.write(chunk, (error) => {
        if (error) fail(error)
        resolve()
      })
    })
    if (problems.length > 0) return { statements, problems }
    await nextTurn()
  }
  // The stream itself never asks whether all elements were closed.
  saxParser.close()
  return { statements, problems }
}

const faultIn = (error: Error, line: number): Problem => {
  const message = error.message.replace(/^(Line \d+ column \d+|\d+:\d+): /, '')
  return fault(`line ${line}`, `cannot be read as RDF/XML: ${message}`)
}

/** Where a declaration of XML stands outside of comments and character data; -1: nowhere. */
const findDeclaration = (content: string): number => {
  for (let place = content.indexOf('<!'); place !== -1; place = content.indexOf('<!', place)) {
    const end = content.startsWith('<!--', place) ? '-->' : content.startsWith('<![CDATA[', place) ? ']]>' : null
    if (end === null) return place
    const after = content.indexOf(end, place + 4)
    if (after === -1) return -1
    place = after
  }
  return -1
}
