import { atLine, fault, type Problem } from '../domain/exchange/draft.ts'
import { createEncoder, type Statement, type Term } from '../domain/exchange/statements.ts'

/** A statement as the libraries that read RDF have it. */
export interface Quad {
  readonly subject: Term
  readonly predicate: Term
  readonly object: Term
}

/** Gathers the statements of a text, and what is wrong with those that cannot be taken. */
export const createCollector = () => {
  const statements: Statement[] = []
  const problems: Problem[] = []
  let at: number | null = null
  const encode = createEncoder((wrong) => void problems.push(fault(atLine(at), wrong)))
  return {
    statements,
    problems,
    add: ({ subject, predicate, object }: Quad, line: number | null): void => {
      at = line
      const about = encode(subject)
      const said = about === null ? null : encode(predicate)
      const term = said === null ? null : encode(object)
      if (about === null || term === null) return
      const isBlank = subject.termType === 'BlankNode'
      statements.push({ subject: isBlank ? about : subject.value, predicate: predicate.value, object: term, line })
    },
  }
}
