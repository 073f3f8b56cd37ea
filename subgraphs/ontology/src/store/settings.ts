import type { Sql } from '@mothership/platform/database'
import type { OntologySettings } from '../domain/settings.ts'
import { settingsChanged } from '../events.ts'
import { type EditTools, lockHead } from './edit.ts'

/** How the ontology is edited. */
export const findSettings = async (sql: Sql): Promise<OntologySettings> => {
  const [settings] = await sql.query<OntologySettings>(
    'select direct_edits as "directEdits", required_approvals as "requiredApprovals" from ontology.settings',
  )
  if (!settings) throw new Error('ontology.settings has no row: the migrations have not run')
  return settings
}

/** Changes the settings that are given, within a transaction: no edit that is under way ends after this by the former. */
export const changeSettings = async (
  { sql, append }: Pick<EditTools, 'sql' | 'append'>,
  { given, by }: { given: Partial<OntologySettings>; by: string },
): Promise<OntologySettings> => {
  const { directEdits, requiredApprovals } = await lockHead(sql)
  const before = { directEdits, requiredApprovals }
  const settings = { ...before, ...given }
  if (settings.directEdits === directEdits && settings.requiredApprovals === requiredApprovals) return before
  const [row] = await sql.query<{ version: number }>(
    `update ontology.settings set direct_edits = $1::text, required_approvals = $2::integer, version = version + 1
     returning version`,
    [settings.directEdits, settings.requiredApprovals],
  )
  if (!row) throw new Error('ontology.settings has no row: the migrations have not run')
  await append([settingsChanged(settings, { by, version: row.version })])
  return settings
}
