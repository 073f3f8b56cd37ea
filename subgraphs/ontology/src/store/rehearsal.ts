import type { Sql } from '@mothership/platform/database'
import type { Change } from '../domain/change.ts'
import type { ChangesSince } from '../domain/conflict.ts'
import type { Rehearsal } from '../domain/rehearsal.ts'
import { ALL_THINGS } from '../domain/thing.ts'
import { entriesOf, footprintOf, joined, narrowed } from '../domain/working-set.ts'
import { assertIsBase } from './edit.ts'
import { loadChangesSince, loadWorkingSet } from './working-set.ts'

/** Changes that may be applied some day; `baseRevision` null: made on the newest revision. */
export interface Rehearsed {
  readonly changes: readonly Change[]
  readonly baseRevision: number | null
}

/**
 * Loads what some lists of changes would be applied to, without locking or writing anything: seven statements, however
 * many lists. Of one moment where the transaction is of one snapshot. Throws BadUserInputError for a base that is none.
 */
export const rehearse = async (sql: Sql, lists: readonly Rehearsed[]): Promise<Rehearsal[]> => {
  const [head] = await sql.query<{ revision: number }>('select revision from ontology.head')
  if (!head) throw new Error('the ontology has no head')
  const footprints = lists.map(({ changes }) => footprintOf(changes))
  const set = await loadWorkingSet(sql, joined(footprints))
  const bases = lists.map(({ baseRevision }) => baseRevision ?? head.revision)
  for (const base of bases) assertIsBase(base, head.revision)
  const ids = ALL_THINGS.flatMap((thing) => [...entriesOf(set, thing).keys()])
  const named = footprints.flatMap((footprint) => footprint.ids)
  const options = { base: Math.min(...bases), ids: [...new Set([...ids, ...named])] }
  const since: ChangesSince = options.base < head.revision ? await loadChangesSince(sql, options) : new Map()
  return lists.map(({ changes }, place) => {
    const [baseRevision, footprint] = [bases[place] ?? head.revision, footprints[place] ?? footprintOf(changes)]
    return {
      changes,
      baseRevision,
      since: sinceBase(since, baseRevision),
      workingSet: () => narrowed(set, footprint),
    }
  })
}

const sinceBase = (since: ChangesSince, base: number): ChangesSince =>
  new Map(
    [...since].flatMap(([id, changes]): [string, typeof changes][] => {
      const newer = changes.filter(({ revision }) => revision > base)
      return newer.length === 0 ? [] : [[id, newer]]
    }),
  )
