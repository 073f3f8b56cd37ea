import { setImmediate as nextTurn } from 'node:timers/promises'
import { RdfXmlParser } from 'rdfxml-streaming-parser'
import { fault, type Problem } from '../domain/exchange/draft.ts'
import type { Statement } from '../domain/exchange/statements.ts'
import { chunksOf } from './chunks.ts'
import { createCollector, type Quad } from './collector.ts'
import { lineAt } from './lines.ts'

/** How much is read before others get their turn, in characters. */
const CHUNK = 128_000

/** How deep elements may stand in each other: the parser keeps all that each of them declares. */
const MAX_DEPTH = 200

/** What the types of the parser leave out: the parser of XML in it, and how it is told of elements. */
interface Inner {
  readonly saxParser: {
    readonly line: number
    readonly position: number
    on(event: 'doctype' | 'opentag' | 'closetag', handler: (given: unknown) => void): void
    close(): void
  }
  onTag(tag: unknown): void
  onCloseTag(): void
}

/** Reads RDF/XML. A document type is refused: it can define entities that grow without end. */
export const readRdfXml = async (content: string): Promise<{ statements: Statement[]; problems: Problem[] }> => {
  const { statements, problems, add } = createCollector()
  const parser = new RdfXmlParser({ trackPosition: true })
  const inner = parser as unknown as Inner
  const { saxParser } = inner
  // It has one listener for each event: these stand in for its own.
  saxParser.on('doctype', () => {
    const line = lineAt(content, Math.max(0, content.lastIndexOf('<!DOCTYPE', saxParser.position)))
    throw new RefusedError(line, 'declares a document type; write the names out, and leave the declaration away')
  })
  let depth = 0
  saxParser.on('opentag', (tag) => {
    if (++depth > MAX_DEPTH) {
      throw new RefusedError(saxParser.line, `is nested too deeply: at most ${MAX_DEPTH} levels are read`)
    }
    inner.onTag(tag)
  })
  saxParser.on('closetag', () => {
    depth--
    inner.onCloseTag()
  })
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

/** What is refused though it may be RDF/XML. */
class RefusedError extends Error {
  readonly line: number
  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}

const faultIn = (error: Error, line: number): Problem => {
  if (error instanceof RefusedError) return fault(`line ${error.line}`, error.message)
  const message = error.message.replace(/^(Line \d+ column \d+|\d+:\d+): /, '')
  return fault(`line ${line}`, `cannot be read as RDF/XML: ${message}`)
}
