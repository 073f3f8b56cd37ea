import type { ASTNode } from '@marcbachmann/cel-js'

/** Macros that bind a variable of their own: what stands in their arguments speaks of that, too. */
const BINDING = new Set(['all', 'exists', 'exists_one', 'map', 'filter'])

const isNode = (value: unknown): value is ASTNode => typeof value === 'object' && value !== null && 'op' in value

const nodesIn = (args: unknown): ASTNode[] => {
  if (isNode(args)) return [args]
  return Array.isArray(args) ? args.flatMap(nodesIn) : []
}

/** What stands directly within a node; of a macro that binds a variable all, or only what it goes through. */
export const childrenOf = ({ op, args }: ASTNode, options: { withinMacros: boolean }): ASTNode[] =>
  op === 'rcall' && !options.withinMacros && BINDING.has(args[0]) ? [args[1]] : nodesIn(args)
