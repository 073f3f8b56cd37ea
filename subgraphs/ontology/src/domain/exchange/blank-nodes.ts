import { hash } from 'node:crypto'
import { canonize } from 'rdf-canonize'
import type { Statement } from './statements.ts'
import { BLANK } from './vocabulary.ts'

/** How far apart what tells two blank nodes apart may stand from them, in statements. */
const MAX_ROUNDS = 64
/** Graphs can be made whose blank nodes are as good as never told apart. */
const MAX_ITERATIONS = 4000
const MAX_MILLISECONDS = 5000

const isBlank = (term: string): boolean => term.startsWith('_:')

/**
 * Gives blank nodes names that follow from what is said about them, so that the same graph has the same names however
 * it was written. Nearly all are told apart by the statements around them; those that are not, by RDFC-1.0.
 */
export const nameBlankNodes = async (statements: readonly Statement[]): Promise<readonly Statement[]> => {
  const blank = statements.filter(({ subject, object }) => isBlank(subject) || isBlank(object))
  if (blank.length === 0) return statements
  const names = (await tellApart(blank)) ?? (await canonicalNames(blank))
  const named = (term: string): string => (isBlank(term) ? `${BLANK}${names.get(term) ?? ''}` : term)
  return statements.map((statement) => {
    const { subject, object } = statement
    if (!isBlank(subject) && !isBlank(object)) return statement
    return { ...statement, subject: named(subject), object: isBlank(object) ? `<${named(object)}>` : object }
  })
}

/** A hash for each blank node, by the hashes of those around it, round after round; null where some stay alike. */
const tellApart = async (statements: readonly Statement[]): Promise<Map<string, string> | null> => {
  const around = new Map<string, Statement[]>()
  for (const statement of statements) {
    for (const term of new Set([statement.subject, statement.object])) {
      if (!isBlank(term)) continue
      const known = around.get(term)
      if (known) known.push(statement)
      else around.set(term, [statement])
    }
  }
  const hashes = new Map([...around.keys()].map((node) => [node, '']))
  let open = new Map(around)
  let alike = 0
  for (let round = 0; round < MAX_ROUNDS && open.size > 0; round++) {
    const found = [...open].map(([node, said]) => [node, hashOf(node, said, hashes)] as const)
    const counts = new Map<string, number>()
    for (const [node, name] of found) {
      hashes.set(node, name)
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    // Who is told apart keeps that name, so that what is written elsewhere in the graph does not change it.
    open = new Map([...open].filter(([node]) => (counts.get(hashes.get(node) ?? '') ?? 0) > 1))
    if (open.size > 0 && counts.size === alike) return null
    alike = counts.size - (found.length - open.size)
    await new Promise(setImmediate)
  }
  return open.size === 0 ? hashes : null
}

const hashOf = (node: string, said: readonly Statement[], hashes: ReadonlyMap<string, string>): string => {
  const place = (term: string): string =>
    term === node ? '_:self' : isBlank(term) ? `_:${hashes.get(term) ?? ''}` : term
  const lines = said.map(({ subject, predicate, object }) => `${place(subject)} ${predicate} ${place(object)}`)
  return hash('sha256', lines.sort().join('\n'), 'hex').slice(0, 32)
}

const canonicalNames = async (statements: readonly Statement[]): Promise<Map<string, string>> => {
  const text = statements
    .map(
      ({ subject, predicate, object }) => `${isBlank(subject) ? subject : `<${subject}>`} <${predicate}> ${object} .\n`,
    )
    .join('')
  const canonicalIdMap = new Map<string, string>()
  const canonical = await canonize(text, {
    algorithm: 'RDFC-1.0',
    inputFormat: 'application/n-quads',
    canonicalIdMap,
    maxDeepIterations: MAX_ITERATIONS,
    signal: AbortSignal.timeout(MAX_MILLISECONDS),
  })
  const graph = hash('sha256', canonical, 'hex').slice(0, 32)
  return new Map(
    [...canonicalIdMap].map(([label, name]) => [
      `_:${label.replace(/^_:/, '')}`,
      `${graph}-${name.replace(/^_:/, '')}`,
    ]),
  )
}
