import { setImmediate as nextTurn } from 'node:timers/promises'
import { atLine, fault, type Problem, warning } from '../domain/exchange/draft.ts'
import type { Statement } from '../domain/exchange/statements.ts'
import { createCollector } from './collector.ts'
import { type JsonLdEvent, type Limits, parseJsonLd, TooMuchError } from './json-ld-process.ts'
import { tokensOf } from './json-tokens.ts'
import { lineOf } from './lines.ts'
import { depthFault, syntaxFault } from './read-json.ts'

/** How many statements are taken before others get their turn. */
const QUADS_PER_TURN = 20_000

/** Reads JSON-LD. Nothing is fetched: a context that stands elsewhere is refused. */
export const readJsonLd = async (
  content: string,
  limits?: Limits,
): Promise<{ statements: Statement[]; problems: Problem[] }> => {
  const problem = depthFault(content)
  if (problem) return { statements: [], problems: [problem] }
  const collector = createCollector()
  const { statements, problems } = collector
  try {
    const { quads, events, remote, syntaxError, error, isTooDeep } = await parseJsonLd(
      content.replace(/^\uFEFF/, ''),
      limits,
    )
    if (syntaxError !== null) return { statements, problems: [syntaxFault(content, syntaxError)] }
    for (const told of problemsOf(events, content)) problems.push(told)
    if (remote !== null) problems.push(remoteFault(remote, content))
    else if (isTooDeep) problems.push(fault('content', 'is nested too deeply'))
    else if (error !== null) problems.push(fault('content', `cannot be read as JSON-LD: ${error}`))
    const lines = quads.length === 0 ? new Map<string, number>() : linesOfIds(content)
    for (const [place, quad] of quads.entries()) {
      const { graph, subject } = quad
      if (graph.termType === 'DefaultGraph') collector.add(quad, lines.get(subject.value) ?? null)
      else {
        const message = `has the named graph ${graph.value}; put its statements outside of it`
        problems.push(fault(atLine(lines.get(graph.value) ?? null), message))
      }
      if (place % QUADS_PER_TURN === QUADS_PER_TURN - 1) await nextTurn()
    }
  } catch (error) {
    if (!(error instanceof TooMuchError)) throw error
    problems.push(fault('content', `takes too much ${error.message} to read as JSON-LD; import it in parts`))
  }
  return { statements, problems }
}

/** The line where each IRI stands first as an id. A compact one is not found. */
const linesOfIds = (content: string): Map<string, number> => {
  const lines = new Map<string, number>()
  let end = -1
  for (const { token, index, line } of tokensOf(content)) {
    if (end !== -1 && token.startsWith('"') && content.slice(end, index).trim() === ':') {
      const id = JSON.parse(token) as string
      if (!lines.has(id)) lines.set(id, line)
    }
    end = token === '"@id"' ? index + token.length : -1
  }
  return lines
}

/** What the library would leave out is a fault: what is imported is all of a text, or nothing. */
const problemsOf = (events: readonly JsonLdEvent[], content: string): Problem[] => {
  if (events.length === 0) return []
  const wanted = new Set(events.flatMap(({ texts }) => texts.map((text) => JSON.stringify(text))))
  const lines = new Map<string, number>()
  for (const { token, line } of tokensOf(content)) if (wanted.has(token) && !lines.has(token)) lines.set(token, line)
  return events.map(({ isLoss, message, texts }) => {
    const line = texts.map((text) => lines.get(JSON.stringify(text))).find((found) => found !== undefined) ?? null
    const about = texts[0] === undefined ? '' : ` ("${texts[0].slice(0, 200)}")`
    return isLoss
      ? fault(atLine(line), `says what would be lost: ${message}${about}`)
      : warning(atLine(line), `says what has no meaning: ${message}${about}`)
  })
}

const remoteFault = (remote: string, content: string): Problem => {
  const line = lineOf(content, JSON.stringify(remote)) ?? lineOf(content, '"@context"') ?? 1
  return fault(`line ${line}`, `refers to the context ${remote}; nothing is fetched: put the context into the text`)
}
