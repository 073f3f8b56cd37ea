import { type ASTNode, Environment, type Limits, type TypeError } from '@marcbachmann/cel-js'
import { childrenOf } from './cel-nodes.ts'
import { CheckError, cut } from './check.ts'

/** What `task` and `trace` have, for the reason. */
const MEMBERS =
  'task has id, type and input; trace has plan, steps (each with name, at and data), evidence (each with type and data), tokens and usd'

/** Takes the place of `has`, of the same length, so that places in the expression stay. */
const ASKED = 'get'

/**
 * The shapes of what an expression reads, for members alone: expressions are evaluated without them, as numbers of JSON
 * fit no type of CEL, and what is an object here can be asked for its keys there. Where the shape is not known it is dyn.
 */
const createEnvironment = (limits: Limits): Environment =>
  new Environment({ limits })
    .registerType('Step', { fields: { name: 'string', at: 'dyn', data: 'dyn' } })
    .registerType('Evidence', { fields: { type: 'string', data: 'dyn' } })
    .registerVariable({ name: 'task', schema: { id: 'dyn', type: 'string', input: 'dyn' } })
    .registerVariable({
      name: 'trace',
      schema: { plan: 'list<string>', steps: 'list<Step>', evidence: 'list<Evidence>', tokens: 'dyn', usd: 'dyn' },
    })
    .registerVariable('result', 'dyn')
    .registerFunction(`${ASKED}(dyn): bool`, () => true)

/** What says that a member cannot be there. Whatever else does not fit these shapes may still be evaluated. */
const MEMBER_ERRORS = new Set(['no_such_key', 'cannot_index_type'])

/** The expression with every `has(a.b)` as a function: the library takes any member for one that may be there. */
const askingForMembers = (expression: string, ast: ASTNode): string => {
  let text = expression
  const pending = [ast]
  for (let node = pending.pop(); node; node = pending.pop()) {
    pending.push(...childrenOf(node, { withinMacros: true }))
    if (node.op !== 'call' || node.args[0] !== 'has') continue
    text = `${text.slice(0, node.range.start)}${ASKED}${text.slice(node.range.start + ASKED.length)}`
  }
  return text
}

/** Makes the check that an expression reads no member of `task` and `trace` that cannot exist. It throws CheckError. */
export const createMemberCheck = (limits: Limits) => {
  const environment = createEnvironment(limits)
  return (expression: string, ast: ASTNode): void => {
    const { error } = environment.check(askingForMembers(expression, ast))
    const { code, node, range } = (error ?? {}) as Partial<TypeError>
    if (!node || !range || code === undefined || !MEMBER_ERRORS.has(code)) return
    const read = expression.slice(range.start, range.end)
    throw new CheckError(
      `expression: "${cut(read, 100)}" is never there (at character ${range.start + 1}): ${MEMBERS}`,
      '/expression',
    )
  }
}
