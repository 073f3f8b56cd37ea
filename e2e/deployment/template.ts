/**
 * As much of Helm's templates as our chart uses: `if`, `else`, `range` over a map, `define`, `include`, and a few
 * functions. What it does not know it throws on, so that nothing in the chart goes unseen.
 */
type Value = string | number | boolean | null | undefined | Value[] | { [key: string]: Value }
type Scope = Readonly<Record<string, Value>>

type Node =
  | { kind: 'text'; text: string }
  | { kind: 'output'; expression: string }
  | { kind: 'if'; condition: string; then: Node[]; otherwise: Node[] }
  | { kind: 'range'; key: string; value: string; over: string; body: Node[] }

/** The named templates of a chart, by `define`. */
export type Partials = Map<string, Node[]>

/** Parses a file of a chart; what it defines is added to the partials. */
export const parseTemplate = (source: string, partials: Partials): Node[] => {
  // `{{-` and `-}}` take the white space beside them away.
  const trimmed = source.replaceAll(/\s*\{\{-/g, '{{').replaceAll(/-\}\}\s*/g, '}}')
  const parts = trimmed.split(/\{\{\s*([\s\S]*?)\s*\}\}/)
  let at = 0
  const parseBody = (): { nodes: Node[]; end: string | null } => {
    const nodes: Node[] = []
    for (; at < parts.length; at++) {
      const part = parts[at] ?? ''
      if (at % 2 === 0) {
        nodes.push({ kind: 'text', text: part })
        continue
      }
      const [word = '', ...rest] = part.split(/\s+/)
      if (part.startsWith('/*')) continue
      if (word === 'end' || word === 'else') return { nodes, end: word }
      if (word === 'if') nodes.push(parseIf(rest.join(' ')))
      else if (word === 'range') nodes.push(parseRange(rest.join(' ')))
      else if (word === 'define') partials.set(rest.join(' ').slice(1, -1), parseBlock())
      else nodes.push({ kind: 'output', expression: part })
    }
    return { nodes, end: null }
  }
  const parseBlock = (): Node[] => {
    at++
    const { nodes, end } = parseBody()
    if (end !== 'end') throw new Error(`a block ends with ${String(end)}`)
    return nodes
  }
  const parseIf = (condition: string): Node => {
    at++
    const { nodes, end } = parseBody()
    if (end === null) throw new Error(`if ${condition} does not end`)
    return { kind: 'if', condition, then: nodes, otherwise: end === 'else' ? parseBlock() : [] }
  }
  const parseRange = (header: string): Node => {
    const [, key, value, over] = /^(\$\w+), (\$\w+) := (.+)$/.exec(header) ?? []
    if (key === undefined || value === undefined || over === undefined) throw new Error(`unknown: range ${header}`)
    return { kind: 'range', key, value, over, body: parseBlock() }
  }
  const { nodes, end } = parseBody()
  if (end !== null) throw new Error(`${end} without a block`)
  return nodes
}

/** Renders what was parsed. `scope` holds `.` and `$`. */
export const render = (nodes: readonly Node[], scope: Scope, partials: Partials): string =>
  nodes.map((node) => renderNode(node, scope, partials)).join('')

const renderNode = (node: Node, scope: Scope, partials: Partials): string => {
  switch (node.kind) {
    case 'text':
      return node.text
    case 'output':
      return textOf(evaluate(node.expression, scope, partials))
    case 'if':
      return render(isTrue(evaluate(node.condition, scope, partials)) ? node.then : node.otherwise, scope, partials)
    case 'range':
      // Go goes through a map in the order of its keys.
      return Object.entries(evaluate(node.over, scope, partials) as Record<string, Value>)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) =>
          render(node.body, { ...scope, '.': value, [node.key]: key, [node.value]: value }, partials),
        )
        .join('')
  }
}

const textOf = (value: Value): string => {
  if (typeof value === 'object' && value !== null) throw new Error(`no text: ${JSON.stringify(value)}`)
  return String(value ?? '')
}

const isTrue = (value: Value): boolean =>
  typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value)

const TOKEN = /"(?:[^"\\]|\\.)*"|[()|]|[^\s()|]+/g

const evaluate = (expression: string, scope: Scope, partials: Partials): Value => {
  const tokens = expression.match(TOKEN) ?? []
  const pipeline = (): Value => {
    let value = call([])
    while (tokens[0] === '|') {
      tokens.shift()
      value = call([value])
    }
    return value
  }
  const call = (piped: Value[]): Value => {
    const [first] = tokens
    if (first === undefined) throw new Error(`nothing to evaluate in ${expression}`)
    if (!/^[a-zA-Z]/.test(first)) return operand()
    tokens.shift()
    const given: Value[] = []
    while (tokens.length > 0 && tokens[0] !== '|' && tokens[0] !== ')') given.push(operand())
    return apply(first, [...given, ...piped], scope, partials)
  }
  const operand = (): Value => {
    const token = tokens.shift() ?? ''
    if (token === '(') {
      const value = pipeline()
      tokens.shift()
      return value
    }
    if (token.startsWith('"')) return JSON.parse(token) as string
    if (/^\d+$/.test(token)) return Number(token)
    return lookUp(token, scope)
  }
  return pipeline()
}

const lookUp = (token: string, scope: Scope): Value => {
  const [, root = '', path = ''] = /^(\$\w*|)(?:\.(.*))?$/.exec(token) ?? []
  if (!/^[.$]/.test(token)) throw new Error(`unknown: ${token}`)
  let value = scope[root === '' ? '.' : root]
  for (const key of path.split('.').filter((part) => part !== '')) {
    if (typeof value !== 'object' || value === null || !(key in value)) throw new Error(`${token}: there is no ${key}`)
    value = (value as Record<string, Value>)[key]
  }
  return value
}

const apply = (name: string, given: readonly Value[], scope: Scope, partials: Partials): Value => {
  const [first, second] = given
  switch (name) {
    case 'include': {
      const partial = partials.get(textOf(first))
      if (!partial) throw new Error(`there is no template ${textOf(first)}`)
      return render(partial, { ...scope, '.': second }, partials)
    }
    case 'quote':
      return JSON.stringify(textOf(first))
    case 'toJson':
      return JSON.stringify(first)
    case 'default':
      return isTrue(second) ? second : first
    case 'eq':
      return first === second
    case 'not':
      return !isTrue(first)
    case 'nindent':
      return `\n${textOf(second).replaceAll(/^/gm, ' '.repeat(Number(first)))}`
    case 'printf':
      return given.slice(1).reduce<string>((text, one) => text.replace('%s', textOf(one)), textOf(first))
    case 'required':
      if (!isTrue(second)) throw new Error(textOf(first))
      return second
    default:
      throw new Error(`unknown function: ${name}`)
  }
}
