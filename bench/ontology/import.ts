import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createTestRuntime } from '@mothership/platform/testing'
import { createEdits } from '../../subgraphs/ontology/src/edits.ts'
import { createExchange, type Exchange } from '../../subgraphs/ontology/src/exchange.ts'
import { createStore, EMBED_JOB } from '../../subgraphs/ontology/src/store.ts'
import { inMilliseconds, percentile, type Row, timeEach } from '../table.ts'

const FILE = 'dpv-ai.ttl'
const WARM_UP = 10
const RUNS = 25
const GOAL = 6
const TABLES = [
  'ontology.annotation',
  'ontology.belief',
  'ontology.change',
  'ontology.document_words',
  'ontology.embedding_due',
  'ontology.relation',
  'ontology.revision',
  'ontology.revision_node',
  'ontology.search_document',
  'ontology.search_word',
  'ontology.strength',
  'ontology.value_link',
  'events.event',
]
const CURATOR = { role: 'CURATOR', subject: 'bench', name: 'bench' } as const

/** The parser of the subgraph itself, at the version that it is installed in. */
const { Parser } = createRequire(new URL('../../subgraphs/ontology/package.json', import.meta.url))('n3') as {
  Parser: new () => { parse(text: string): unknown[] }
}

/**
 * Imports dpv-ai.ttl into an empty ontology, beside n3 that only parses it, by turns. The embeddings are aside: their
 * jobs are sent, and do nothing.
 */
export const measure = async (): Promise<Row[]> => {
  const text = readData()
  const runtime = await createTestRuntime('ontology')
  try {
    await runtime.jobs.work(EMBED_JOB, async () => undefined)
    const store = createStore(runtime)
    const exchange = createExchange(store, createEdits(store, runtime.peers))
    const empty = async (): Promise<void> => {
      await runtime.database.query(`truncate ${TABLES.join(', ')} cascade`)
      await runtime.database.query('update ontology.head set revision = 0')
    }
    const [parsed, imported]: number[][] = [[], []]
    for (let run = 0; run < WARM_UP + RUNS; run++) {
      await empty()
      const [parsing = 0] = await timeEach(1, () => new Parser().parse(text))
      const [importing = 0] = await timeEach(1, () => importOnce(exchange, text))
      if (run < WARM_UP) continue
      parsed?.push(parsing)
      imported?.push(importing)
    }
    return [toRow(percentile(imported ?? [], 0.5), percentile(parsed ?? [], 0.5))]
  } finally {
    await runtime.dispose()
  }
}

const importOnce = async (exchange: Exchange, content: string): Promise<void> => {
  const options = { format: 'TURTLE', content, mapping: null, message: null, dryRun: false } as const
  const { revision } = await exchange.import(options, CURATOR)
  if (revision === null) throw new Error('the import made no revision')
}

const toRow = (importing: number, parsing: number): Row => ({
  what: `import of ${FILE} (146 KB), embeddings aside, p50`,
  measured: inMilliseconds(importing),
  limit: `n3 alone: ${inMilliseconds(parsing)}`,
  goal: `at most ${GOAL} x`,
  reached: `${(importing / parsing).toFixed(2)} x`,
  isReached: importing <= GOAL * parsing,
})

/** The file stands beside the project, in `shared/data`. */
const readData = (): string => {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const path = join(folder, 'shared/data', FILE)
    if (existsSync(path)) return readFileSync(path, 'utf8')
    if (folder === dirname(folder)) throw new Error(`shared/data/${FILE} is not beside the project: put it there`)
  }
}
