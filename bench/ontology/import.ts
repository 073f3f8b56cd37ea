import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { inMilliseconds, percentile, type Row, timeEach } from '../table.ts'
import { FILE, openImport, parse, readFile } from './importing.ts'

/** Processes of each side that do it once. */
const PROCESSES = 9
const WARM_UP = 10
const RUNS = 25
const GOAL = 6

/**
 * Imports dpv-ai.ttl into an empty ontology, beside n3 that only parses it, by turns. As it is done: once, each in a
 * process that has just started; and again and again in one process, where both are compiled. The embeddings are aside:
 * their jobs are sent, and do nothing.
 */
export const measure = async (): Promise<Row[]> => [
  toRow('the first of a process', await measureFirst()),
  toRow('again and again', await measureAgain()),
]

interface Sides {
  readonly parsed: number[]
  readonly imported: number[]
  /** The same rows from copies within the server. */
  readonly written: number[]
}

const measureFirst = async (): Promise<Sides> => {
  const sides: Sides = { parsed: [], imported: [], written: [] }
  for (let run = 0; run < PROCESSES; run++) {
    sides.parsed.push(await inProcess('parse'))
    sides.imported.push(await inProcess('import'))
  }
  return sides
}

/** How long it takes a new process, in milliseconds; that it starts is not counted. */
const inProcess = async (work: 'parse' | 'import'): Promise<number> => {
  const script = new URL('import-once.ts', import.meta.url).pathname
  const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, script, work])
  return Number(stdout)
}

const measureAgain = async (): Promise<Sides> => {
  const text = readFile()
  const sides: Sides = { parsed: [], imported: [], written: [] }
  const importing = await openImport()
  try {
    for (let run = 0; run < WARM_UP + RUNS; run++) {
      await importing.empty()
      const parsed = await timeEach(1, () => parse(text))
      const imported = await timeEach(1, () => importing.run(text))
      const written = await importing.writeAgain()
      if (run < WARM_UP) continue
      sides.parsed.push(...parsed)
      sides.imported.push(...imported)
      sides.written.push(written)
    }
    return sides
  } finally {
    await importing.dispose()
  }
}

const toRow = (how: string, sides: Sides): Row => {
  const [parsed, imported] = [percentile(sides.parsed, 0.5), percentile(sides.imported, 0.5)]
  // Beside the goal: it tells how much of an import is the database's own.
  const writing =
    sides.written.length === 0 ? '' : `; to write its rows alone: ${inMilliseconds(percentile(sides.written, 0.5))}`
  return {
    what: `import of ${FILE} (146 KB), ${how}, embeddings aside, p50`,
    measured: inMilliseconds(imported),
    limit: `n3 alone: ${inMilliseconds(parsed)}${writing}`,
    goal: `at most ${GOAL} x`,
    reached: `${(imported / parsed).toFixed(2)} x`,
    isReached: imported <= GOAL * parsed,
  }
}
