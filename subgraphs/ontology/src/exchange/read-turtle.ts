import { EventEmitter } from 'node:events'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type ParseCallback, Parser } from 'n3'
import { atLine, fault, type Problem } from '../domain/exchange/draft.ts'
import { chunksOf } from './chunks.ts'
import { faultOf, iriOf, type Statement, type Term, toTerm } from '../domain/exchange/statements.ts'

/** How much is read before others get their turn, in characters. */
const CHUNK = 256_000

/** What the types of n3 leave out: it tells of each token before it reads it. */
interface Callbacks {
  readonly onQuad: ParseCallback
  readonly onToken: (token: { line: number }) => void
}

/** Reads Turtle, with the line of each statement. The first fault ends it. */
export const readTurtle = async (content: string): Promise<{ statements: Statement[]; problems: Problem[] }> => {
  const statements: Statement[] = []
  const problems: Problem[] = []
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
      else if (quad) addTo(statements, problems, { ...quadOf(quad), line })
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

const quadOf = ({ subject, predicate, object }: { subject: Term; predicate: Term; object: Term }) => ({
  subject,
  predicate,
  object,
})

/** Adds a statement whose terms can be taken, or what is wrong with it. */
export const addTo = (
  statements: Statement[],
  problems: Problem[],
  { subject, predicate, object, line }: { subject: Term; predicate: Term; object: Term; line: number | null },
): void => {
  const wrong = faultOf(subject) ?? faultOf(predicate) ?? faultOf(object)
  if (wrong !== null) {
    problems.push(fault(atLine(line), wrong))
    return
  }
  const about = toTerm(subject)
  statements.push({ subject: iriOf(about) ?? about, predicate: predicate.value, object: toTerm(object), line })
}

const faultIn = (error: Error): Problem => {
  const { context } = error as { context?: { line?: number } }
  const message = error.message.replace(/ on line \d+\.?$/, '')
  return fault(`line ${context?.line ?? 1}`, `cannot be read as Turtle: ${message}`)
}
