import type { Sql } from '@mothership/platform/database'
import { NotFoundError } from '@mothership/platform/errors'
import type { NetChange } from '../domain/change.ts'
import { footprintOfRevert, revertChanges } from '../domain/revert.ts'
import { ALL_THINGS } from '../domain/thing.ts'
import { entriesOf } from '../domain/working-set.ts'
import { commitChanges, type EditResult, type EditTools, lockHead } from './edit.ts'
import { disinheritHistory } from './merging.ts'
import { loadChangesSince, loadWorkingSet } from './working-set.ts'

export interface Revert {
  /** The revision that is reverted. */
  readonly number: number
  readonly author: string
  readonly message: string | null
}

/** Reverts a revision within a transaction, as a revision of its own, in the way of `applyEdit`. */
export const applyRevert = async ({ number, ...told }: Revert, tools: EditTools): Promise<EditResult> => {
  const { sql } = tools
  const head = await lockHead(sql)
  const changes = await loadChanges(sql, number)
  if (changes.length === 0) {
    throw new NotFoundError(`number: there is no revision ${number}; the newest is ${head.revision}.`, {
      path: 'number',
    })
  }
  const footprint = footprintOfRevert(changes)
  const set = await loadWorkingSet(sql, footprint)
  const loaded = ALL_THINGS.flatMap((thing) => [...entriesOf(set, thing).keys()])
  const ids = [...new Set([...loaded, ...footprint.ids])]
  const since = await loadChangesSince(sql, { base: number, ids })
  const reverted = { ...told, head, changes: revertChanges(set, { number, changes, since }) }
  const result = await commitChanges(sql, reverted, tools)
  await disinheritHistory(sql, number)
  return result
}

/** All that a revision did, in its order. */
const loadChanges = (sql: Sql, revision: number): Promise<NetChange[]> =>
  sql.query<NetChange>(
    'select kind, node_id as id, before, after from ontology.change where revision = $1::integer order by ordinal',
    [revision],
  )
