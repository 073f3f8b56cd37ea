import { MothershipError } from '@mothership/platform/errors'
import { applyChanges } from '../apply.ts'
import type { NetChange } from '../change.ts'
import type { WorkingSet } from '../working-set.ts'
import { type Draft, fault, type Problem } from './draft.ts'
import { faultsOf } from './own.ts'
import { type ImportPlan, planImport } from './plan.ts'

/**
 * Plans an import and applies it to the working set. What stands in its way is among the plan's problems, and then
 * nothing changes.
 *
 * @param formerEnds what relations and links of the draft's ids connected, as `from to`
 */
export const tryPlan = (
  set: WorkingSet,
  draft: Draft,
  formerEnds: ReadonlyMap<string, string>,
): { plan: ImportPlan; net: NetChange[] } => {
  const plan = planImport(set, { ...draft, problems: [...draft.problems, ...movedEnds(draft, formerEnds)] })
  if (plan.changes.length === 0) return { plan, net: [] }
  try {
    return { plan, net: applyChanges(set, plan.changes) }
  } catch (error) {
    if (!(error instanceof MothershipError)) throw error
    const path = typeof error.details['path'] === 'string' ? error.details['path'] : 'content'
    return { plan: { ...plan, problems: [...plan.problems, ...faultsOf(error, path)] }, net: [] }
  }
}

const movedEnds = ({ relations, links }: Draft, formerEnds: ReadonlyMap<string, string>): Problem[] => {
  const isMoved = (id: string, ends: string): boolean => (formerEnds.get(id) ?? ends) !== ends
  const message = 'connects others than what had this id: give it another id'
  return [
    ...relations.filter(({ id, state }) => isMoved(id, `${state.from} ${state.to}`)),
    ...links.filter(({ id, state }) => isMoved(id, `${state.belief} ${state.value}`)),
  ].map(({ path }) => fault(path, message))
}
