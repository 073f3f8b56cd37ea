import { type Draft, fault } from './draft.ts'
import { isKeepable } from './foreign.ts'
import { addAnnotation } from './own.ts'
import { partsOf } from './statements.ts'
import { isIri } from './vocabulary.ts'

/** Adds statements that an export of ours wrote out, checked: the text may be anyone's. */
export const addKept = (draft: Draft, given: { subject: string; triples: readonly string[]; path: string }): void => {
  const { subject, path } = given
  if (!isIri(subject)) {
    draft.problems.push(fault(`${path}.subject`, 'is no absolute IRI'))
    return
  }
  const triples = given.triples.filter((triple, place) => {
    if (triple === '') return false
    const parts = partsOf(triple)
    if (parts && isKeepable({ subject, ...parts, line: null })) return true
    draft.problems.push(fault(`${path}.triples[${place}]`, 'is no statement as N-Triples has it, its subject aside'))
    return false
  })
  addAnnotation(draft, { subject, path, triples })
}
