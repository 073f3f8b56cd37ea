import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TestSubgraph } from '@mothership/platform/testing'
import type { ExecutionResult } from 'graphql'
import { CURATOR } from './support.ts'

const IMPORT = `mutation ($format: OntologyFormat!, $content: String!, $dryRun: Boolean, $mapping: ImportMappingInput) {
  importOntology(format: $format, content: $content, dryRun: $dryRun, mapping: $mapping) {
    created changed unchanged skipped problems { path message severity } revision { number author changeCount }
  }
}`

export interface Report {
  created: number
  changed: number
  unchanged: number
  skipped: number
  problems: { path: string; message: string; severity: string }[]
  revision: { number: number; author: string; changeCount: number } | null
}

export const FORMATS = ['TURTLE', 'JSON_LD', 'RDF_XML', 'JSON', 'CSV'] as const
export type Format = (typeof FORMATS)[number]

interface Options {
  dryRun?: boolean
  mapping?: Record<string, unknown>
}

export const tryImport = (
  t: TestSubgraph,
  format: Format,
  content: string,
  options: Options = {},
): Promise<ExecutionResult> => t.query(IMPORT, { format, content, ...options }, CURATOR)

export const importText = async (
  t: TestSubgraph,
  format: Format,
  content: string,
  options: Options = {},
): Promise<Report> => {
  const data = await t.data<{ importOntology: Report }>(IMPORT, { format, content, ...options }, CURATOR)
  return data.importOntology
}

export const exportText = async (t: TestSubgraph, format: Format, at?: number): Promise<string> => {
  const source = 'query ($format: OntologyFormat!, $at: Int) { exportOntology(format: $format, at: $at) }'
  return (await t.data<{ exportOntology: string }>(source, { format, at })).exportOntology
}

/** All of an ontology, in every format. */
export const exportAll = async (t: TestSubgraph): Promise<Record<Format, string>> =>
  Object.fromEntries(
    await Promise.all(FORMATS.map(async (format) => [format, await exportText(t, format)] as const)),
  ) as Record<Format, string>

/** A file of `shared/data` beside the project; null where it is not there. */
export const sharedData = (name: string): string | null => {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const path = join(folder, 'shared/data', name)
    if (existsSync(path)) return readFileSync(path, 'utf8')
    if (folder === dirname(folder)) return null
  }
}

const DEADLOCK = '40P01'

/** Makes an ontology empty again, its history too: once more where a background job holds what it waits for. */
export const clear = async (t: TestSubgraph): Promise<void> => {
  try {
    await t.runtime.database.transaction(async (sql) =>
      sql.script(
        `truncate ontology.annotation, ontology.relation, ontology.value_link, ontology.strength, ontology.search_document,
           ontology.change, ontology.revision_node, ontology.revision, ontology.belief, ontology.value cascade;
         delete from events.event where stream = 'ontology';
         update ontology.head set revision = 0;`,
      ),
    )
  } catch (error) {
    if ((error as { code?: unknown }).code !== DEADLOCK) throw error
    await clear(t)
  }
}
