import { EventEmitter } from 'node:events'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type ParseCallback, Parser } from 'n3'
import { fault, type Problem } from '../domain/exchange/draft.ts'
import { chunksOf } from './chunks.ts'
import type { Statement } from '../domain/exchange/statements.ts'
import { createCollector } from './collector.ts'

/** How much is read before others get their turn, in characters. */
const CHUNK = 256_000

/** What the types of n3 leave out: it tells of each token before it reads it. */
interface Callbacks {
  readonly onQuad: ParseCallback
  readonly onToken: (token: { line: number }) => void
}

/** Reads Turtle, with the line of each statement. The first fault ends it. */
export const readTurtle = async (content: string): Promise<{ statements: Statement[]; problems: Problem[] }> => {
  const collector = createCollector()
  const { statements, problems } = collector
  const source = new EventEmitter()
  const parser = new Parser({ format: 'text/turtle', blankNodePrefix: '_:b' })
  // A statement is told at the token that ends it; its object is the one before.
  let [line, next] = [1, 1]
  const callbacks: Callbacks = {
    onToken: (token) => {
      line = next
      next = token.line
    },
    onQuad: (error, quad) => {
      if (error) problems.push(faultIn(error))
      else if (quad) collector.add(quad, line)
    },
  }
  parser.parse(source, callbacks as { onQuad: ParseCallback })
  for (const chunk of chunksOf(content, CHUNK)) {
    source.emit('data', chunk)
    if (problems.length > 0) break
    if (chunk.length >= CHUNK) await nextTurn()
  }
  if (problems.length === 0) source.emit('end')
  return { statements, problems }
}

const faultIn = (error: Error): Problem => {
  const { context } = error as { context?: { line?: number } }
  const message = error.message.replace(/ on line \d+\.?$/, '')
  return fault(`line ${context?.line ?? 1}`, `cannot be read as Turtle: ${message}`)
}
