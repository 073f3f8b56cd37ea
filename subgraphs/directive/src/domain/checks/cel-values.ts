import type { ASTNode } from '@marcbachmann/cel-js'
import { childrenOf } from './cel-nodes.ts'

/** So many parts of the data are told of one expression, */
const MAX_TOLD = 5
/** and so many nodes of it are looked at for them. */
const MAX_VISITED = 200

/** Follows a node through the data; undefined where it is no plain path, or leads nowhere. It evaluates nothing. */
const follow = (node: ASTNode, variables: Readonly<Record<string, unknown>>): unknown => {
  if (node.op === 'id') return memberOf(variables, node.args)
  if (node.op === '.') return memberOf(follow(node.args[0], variables), node.args[1])
  if (node.op === '[]' && node.args[1].op === 'value')
    return memberOf(follow(node.args[0], variables), node.args[1].args)
  return undefined
}

const memberOf = (value: unknown, key: unknown): unknown => {
  if (typeof value !== 'object' || value === null || (typeof key !== 'string' && typeof key !== 'bigint')) {
    return undefined
  }
  const name = String(key)
  // The length of a list is an own property, and no member that CEL knows.
  const isThere = Object.hasOwn(value, name) && !(Array.isArray(value) && name === 'length')
  return isThere ? (value as Record<string, unknown>)[name] : undefined
}

/** What `size(path)` and `path.size()` ask of; null: the node is neither. */
const sizedBy = (node: ASTNode): ASTNode | null => {
  if (node.op === 'call' && node.args[0] === 'size') return node.args[1][0] ?? null
  return node.op === 'rcall' && node.args[0] === 'size' ? node.args[1] : null
}

const sizeOf = (value: unknown): number | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  return Array.isArray(value) ? value.length : Object.keys(value).length
}

/**
 * What an expression reads of the data, each part by the text that names it: `{"result.n": 3, "size(result.items)": 0}`.
 * Only what is named outright, not what a macro goes through or a function makes of it: that is there without a second
 * evaluation. Null where there is nothing of the kind.
 */
export const valuesRead = (
  expression: string,
  ast: ASTNode,
  variables: Readonly<Record<string, unknown>>,
): Record<string, unknown> | null => {
  const told = new Map<string, unknown>()
  const pending = [ast]
  for (let visited = 0; visited < MAX_VISITED && told.size < MAX_TOLD; visited++) {
    const node = pending.pop()
    if (!node) break
    const sized = sizedBy(node)
    const value = sized ? sizeOf(follow(sized, variables)) : follow(node, variables)
    if (value !== undefined) told.set(expression.slice(node.range.start, node.range.end), value)
    // A stack gives the last first.
    else pending.push(...childrenOf(node, { withinMacros: false }).reverse())
  }
  return told.size > 0 ? Object.fromEntries(told) : null
}
