import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Database } from '@mothership/platform/database'
import { createTestRuntime } from '@mothership/platform/testing'
import { createEdits } from '../../subgraphs/ontology/src/edits.ts'
import { createExchange } from '../../subgraphs/ontology/src/exchange.ts'
import { createStore, EMBED_JOB } from '../../subgraphs/ontology/src/store.ts'

export const FILE = 'dpv-ai.ttl'
/** What an import writes, in an order in which one may refer to another. */
const TABLES = [
  'value',
  'belief',
  'relation',
  'value_link',
  'revision',
  'change',
  'revision_node',
  'strength',
  'search_document',
  'embedding_due',
  'annotation',
]
const ALL_TABLES = [...[...TABLES, 'document_words', 'search_word'].map((table) => `ontology.${table}`), 'events.event']
const CURATOR = { role: 'CURATOR', subject: 'bench', name: 'bench' } as const

/** The parser of the subgraph itself, at the version that it is installed in. */
const { Parser } = createRequire(new URL('../../subgraphs/ontology/package.json', import.meta.url))('n3') as {
  Parser: new () => { parse(text: string): unknown[] }
}

export const parse = (text: string): unknown[] => new Parser().parse(text)

/** An ontology on a database of its own, whose embeddings are never computed. */
export const openImport = async () => {
  const runtime = await createTestRuntime('ontology')
  await runtime.jobs.work(EMBED_JOB, async () => undefined)
  const store = createStore(runtime)
  const exchange = createExchange(store, createEdits(store, runtime.peers))
  return {
    empty: async (): Promise<void> => {
      await runtime.database.query(`truncate ${ALL_TABLES.join(', ')} cascade`)
      await runtime.database.query('update ontology.head set revision = 0')
    },
    run: async (content: string): Promise<void> => {
      const options = { format: 'TURTLE', content, mapping: null, message: null, dryRun: false } as const
      const { revision } = await exchange.import(options, CURATOR)
      if (revision === null) throw new Error('the import made no revision')
    },
    writeAgain: () => writeAgain(runtime.database),
    dispose: runtime.dispose,
  }
}

/**
 * Writes the rows of the last import once more, from copies within the server, with nothing to read, compare or send.
 * Answers how long that took, in milliseconds: what writes these rows cannot take less.
 */
const writeAgain = (database: Database): Promise<number> =>
  database.transaction(async (sql) => {
    const columns = await sql.query<{ table: string; columns: string }>(
      `select table_name as table, string_agg(quote_ident(column_name), ', ' order by ordinal_position) as columns
       from information_schema.columns where table_schema = 'ontology' and is_generated = 'NEVER' group by table_name`,
    )
    const columnsOf = new Map(columns.map(({ table, columns }) => [table, columns]))
    for (const table of TABLES) await sql.query(`create temp table copied_${table} as table ontology.${table}`)
    await sql.query(`truncate ${TABLES.map((table) => `ontology.${table}`).join(', ')} cascade`)
    const began = performance.now()
    for (const table of TABLES) {
      const list = columnsOf.get(table) ?? ''
      await sql.query(`insert into ontology.${table} (${list}) select ${list} from copied_${table}`)
    }
    const took = performance.now() - began
    for (const table of TABLES) await sql.query(`drop table copied_${table}`)
    return took
  })

/** The file stands beside the project, in `shared/data`. */
export const readFile = (): string => {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const path = join(folder, 'shared/data', FILE)
    if (existsSync(path)) return readFileSync(path, 'utf8')
    if (folder === dirname(folder)) throw new Error(`shared/data/${FILE} is not beside the project: put it there`)
  }
}
