import type { Identity } from '@mothership/platform/identity'
import type { Peers } from '@mothership/platform/peers'
import type { Change } from './domain/change.ts'
import type { Fault } from './domain/fault.ts'
import { ValidateRulesDocument } from './generated/directive-documents.ts'

/** A JSON Pointer (RFC 6901) in the way of our paths: `/check/types/0` is `.check.types[0]`. */
const fromPointer = (pointer: string): string =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join('')

/**
 * What is wrong with the rules that changes set, by the subgraph that will apply them: asked once for all of them, and
 * never within a transaction.
 */
export const findRuleFaults = async (
  peers: Peers,
  changes: readonly Change[],
  identity: Identity | null,
): Promise<Fault[]> => {
  const ruled = changes.flatMap((change) => {
    const state = change.kind === 'createBelief' ? change.state : change.kind === 'updateBelief' ? change.fields : {}
    return state.rule === null || state.rule === undefined ? [] : [{ path: `${change.path}.rule`, rule: state.rule }]
  })
  if (ruled.length === 0) return []
  const rules = ruled.map(({ rule }) => rule)
  const { validateRules } = await peers.directive(ValidateRulesDocument, { rules }, identity)
  return validateRules.map(({ index, path, message }) => ({
    path: `${ruled[index]?.path ?? 'changes'}${fromPointer(path)}`,
    message,
  }))
}
