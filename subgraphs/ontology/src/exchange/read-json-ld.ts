import jsonld from 'jsonld'
import { atLine, fault, type Problem, warning } from '../domain/exchange/draft.ts'
import type { Statement, Term } from '../domain/exchange/statements.ts'
import { createCollector, type Quad } from './collector.ts'
import { lineOf } from './lines.ts'
import { parseJson } from './read-json.ts'

interface GraphQuad extends Quad {
  readonly graph: Term
}

interface Event {
  readonly event: { readonly code: string; readonly message: string; readonly details?: Record<string, unknown> }
}

/** Reads JSON-LD. Nothing is fetched: a context that stands elsewhere is refused. */
export const readJsonLd = async (content: string): Promise<{ statements: Statement[]; problems: Problem[] }> => {
  const { json, problem } = parseJson(content)
  if (problem) return { statements: [], problems: [problem] }
  const collector = createCollector()
  const { statements, problems } = collector
  let remote: string | null = null
  const options = {
    documentLoader: async (url: string) => {
      remote = url
      throw new Error('nothing is fetched')
    },
    eventHandler: ({ event }: Event) =>
      void problems.push(warning('content', `says what has no meaning: ${event.message}`)),
  }
  try {
    const quads = (await jsonld.toRDF(
      json as jsonld.JsonLdDocument,
      options as jsonld.Options.ToRdf,
    )) as readonly GraphQuad[]
    const lines = linesOfIds(content)
    for (const quad of quads) {
      const { graph, subject } = quad
      if (graph.termType === 'DefaultGraph') {
        collector.add(quad, lines.get(subject.value) ?? null)
        continue
      }
      const message = `has the named graph ${graph.value}; put its statements outside of it`
      problems.push(fault(atLine(lines.get(graph.value) ?? null), message))
    }
  } catch (error) {
    problems.push(faultIn(error, remote, content))
  }
  return { statements, problems }
}

const ID = /"@id"\s*:\s*("(?:[^"\\]|\\.)*")/g

/** The line where each IRI stands first as an id. A compact one is not found. */
const linesOfIds = (content: string): Map<string, number> => {
  const lines = new Map<string, number>()
  let [line, at] = [1, 0]
  for (const match of content.matchAll(ID)) {
    for (let end = content.indexOf('\n', at); end !== -1 && end < match.index; end = content.indexOf('\n', at)) {
      line++
      at = end + 1
    }
    const id = JSON.parse(match[1] ?? '""') as string
    if (!lines.has(id)) lines.set(id, line)
  }
  return lines
}

const faultIn = (error: unknown, remote: string | null, content: string): Problem => {
  if (remote !== null) {
    const line = lineOf(content, JSON.stringify(remote)) ?? lineOf(content, '"@context"') ?? 1
    return fault(`line ${line}`, `refers to the context ${remote}; nothing is fetched: put the context into the text`)
  }
  if (error instanceof RangeError) return fault('content', 'is nested too deeply')
  const { message } = error as Error
  return fault('content', `cannot be read as JSON-LD: ${message}`)
}
