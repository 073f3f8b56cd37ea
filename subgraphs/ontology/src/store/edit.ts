import type { Sql } from '@mothership/platform/database'
import { ConflictError } from '@mothership/platform/errors'
import type { EventDraft } from '@mothership/platform/events'
import { applyChanges } from '../domain/apply.ts'
import type { Change, NetChange, Revision } from '../domain/change.ts'
import { assertNoConflict } from '../domain/conflict.ts'
import { faultyInput } from '../domain/parse.ts'
import { assertDirectEdits, type OntologySettings } from '../domain/settings.ts'
import { footprintOf, type WorkingSet } from '../domain/working-set.ts'
import { revised } from '../events.ts'
import { recordRevision } from './history.ts'
import { updateDocuments } from './documents.ts'
import { updateValueOpposition } from './near-pairs.ts'
import { updateStrengths } from './strengths.ts'
import { loadChangesSince, loadWorkingSet } from './working-set.ts'
import { seedsOf, writeChanges } from './write.ts'

export interface Edit {
  readonly changes: readonly Change[]
  /** Null: the last write wins. */
  readonly baseRevision: number | null
  readonly author: string
  readonly message: string | null
  /** Only as the very first revision: `edit` answers null where there is one already. */
  readonly isFirst?: boolean
  /** It was proposed and approved, so it is allowed whatever the settings say of direct edits. */
  readonly isProposed?: boolean
  /** What is written in the same transaction, when all else is; the revision is null where the edit changed nothing. */
  readonly also?: (tools: EditTools, revision: Revision | null) => Promise<void>
}

/** What an edit needs of its transaction, and of what stands around the store. */
export interface EditTools {
  readonly sql: Sql
  append(drafts: EventDraft[]): Promise<void>
  /** Sends the job that computes the meaning of what is due, within the transaction. */
  requestEmbeddings(): Promise<void>
}

/**
 * Applies an edit within a transaction: all of it or nothing, as one revision with one event. Edits are made one after
 * the other, for each locks the head first. Answers the revision (the newest where nothing changed), and what changed.
 */
export const applyEdit = async (edit: Edit, tools: EditTools) => {
  const { sql } = tools
  const head = await lockHead(sql)
  if (edit.isFirst && head.revision > 0) return null
  const set = await loadWorkingSet(sql, footprintOf(edit.changes))
  await assertBase(sql, edit, head.revision, set)
  const changes = applyChanges(set, edit.changes)
  if (changes.length === 0) {
    await edit.also?.(tools, null)
    return { revision: await newest(sql, head.revision), changes }
  }
  const { author, message, isFirst = false, isProposed = false } = edit
  const isDirect = !isFirst && !isProposed
  const result = await commitChanges(sql, { head, author, message, changes, isDirect }, tools)
  await edit.also?.(tools, result.revision)
  return result
}

interface Committed {
  readonly head: Head
  readonly author: string
  readonly message: string | null
  readonly changes: NetChange[]
  /** Whether the settings have to allow direct edits. */
  readonly isDirect?: boolean
}

/**
 * Writes checked changes as the next revision, with all that follows from them. The head must be locked. Throws
 * ForbiddenError for a direct edit where there has to be a proposal: everything that edits comes by here.
 */
export const commitChanges = async (
  sql: Sql,
  { head, author, message, changes, isDirect = true }: Committed,
  { append, requestEmbeddings }: EditTools,
): Promise<EditResult> => {
  if (isDirect) assertDirectEdits(head)
  const revision: Revision = {
    number: head.revision + 1,
    author,
    message,
    createdAt: head.now,
    changeCount: changes.length,
  }
  await recordRevision(sql, revision, changes)
  await writeChanges(sql, changes, revision)
  await updateStrengths(sql, seedsOf(changes), revision.number)
  await updateValueOpposition(sql, changes)
  if (await updateDocuments(sql, changes)) await requestEmbeddings()
  await append([revised(revision)])
  return { revision, changes }
}

export type EditResult = { revision: Revision; changes: NetChange[] }

/** What an edit begins with: the newest revision, the time, and the settings, as they are until the transaction ends. */
export interface Head extends OntologySettings {
  readonly revision: number
  readonly now: Date
}

/** Makes those who edit, or change the settings, wait for each other until the transaction ends. */
export const lockHead = async (sql: Sql): Promise<Head> => {
  const [head] = await sql.query<{ revision: number }>('select revision from ontology.head for update')
  // Told after the lock was got, so that the times of revisions stand in the order of their numbers.
  const [state] = await sql.query<OntologySettings & { now: Date }>(
    `select clock_timestamp()::timestamptz(3) as now, direct_edits as "directEdits",
            required_approvals as "requiredApprovals"
     from ontology.settings`,
  )
  if (!head || !state) throw new Error('the ontology has no head')
  return { revision: head.revision, ...state }
}

/** Throws BadUserInputError where there is no such revision to be a base. */
export const assertIsBase = (base: number, head: number): void => {
  if (base >= 0 && base <= head) return
  throw faultyInput([{ path: 'baseRevision', message: `is ${base}; the newest revision is ${head}` }])
}

const assertBase = async (sql: Sql, edit: Edit, head: number, set: WorkingSet): Promise<void> => {
  const base = edit.baseRevision
  if (base === null || base === head) return
  assertIsBase(base, head)
  const ids = [set.values, set.beliefs, set.relations, set.links].flatMap((entries) => [...entries.keys()])
  const named = footprintOf(edit.changes).ids
  const since = await loadChangesSince(sql, { base, ids: [...new Set([...ids, ...named])] })
  assertNoConflict(edit.changes, set, { since, isReviewed: edit.isProposed ?? false })
}

const newest = async (sql: Sql, number: number): Promise<Revision> => {
  const [revision] = await sql.query<Revision>(
    `select number, author, message, created_at as "createdAt", change_count as "changeCount"
     from ontology.revision where number = $1::integer`,
    [number],
  )
  if (!revision) throw new ConflictError('There is no revision yet, and this edit changes nothing.')
  return revision
}
