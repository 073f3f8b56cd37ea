import { atLine, type Draft, emptyDraft, fault } from './draft.ts'
import { createForeignReader, isKeepable } from './foreign.ts'
import type { Mapping } from './mapping.ts'
import { addAnnotation, addOwn, ownKindOf } from './own.ts'
import { literalOf, partsOf, type Statement, toTriple } from './statements.ts'
import { STATEMENT } from './vocabulary.ts'

/** What RDF says, as a draft: our own vocabulary as it is, that of others by a mapping; all else is kept. */
export const draftOf = (statements: readonly Statement[], mapping: Mapping): Draft => {
  const draft = emptyDraft()
  const foreign = createForeignReader(draft, mapping)
  for (const said of bySubject(statements, draft).values()) {
    const [first] = said
    if (!first) continue
    const kind = ownKindOf(said)
    if (kind !== null) {
      addOwn(draft, { kind, said })
      continue
    }
    foreign.add(said)
    addAnnotation(draft, { subject: first.subject, path: atLine(first.line), triples: said.map(toTriple) })
  }
  foreign.finish()
  return draft
}

const bySubject = (statements: readonly Statement[], draft: Draft): Map<string, Statement[]> => {
  const groups = new Map<string, Statement[]>()
  for (const given of statements) {
    const statement = given.predicate === STATEMENT ? unwrapped(given) : given
    if (!statement || !isKeepable(statement)) {
      const message = statement ? 'holds a character that cannot be stored' : 'is no statement as N-Triples has it'
      draft.problems.push(fault(atLine(given.line), message))
      continue
    }
    const group = groups.get(statement.subject)
    if (group) group.push(statement)
    else groups.set(statement.subject, [statement])
  }
  return groups
}

const unwrapped = ({ subject, object, line }: Statement): Statement | null => {
  const parts = partsOf(literalOf(object)?.value ?? '')
  return parts && { subject, line, ...parts }
}
