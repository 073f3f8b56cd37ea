import { z } from 'zod'
import { type Draft, emptyDraft, fault, type Problem } from '../domain/exchange/draft.ts'
import { addThing } from '../domain/exchange/own.ts'
import { addKept } from '../domain/exchange/kept.ts'
import { NS } from '../domain/exchange/vocabulary.ts'
import { tokensOf } from './json-tokens.ts'
import { lineAt } from './lines.ts'

const MAX_DEPTH = 200

/** Parses JSON, or tells the line of what is wrong with it. */
const parseJson = (content: string): { json: unknown; problem: Problem | null } => {
  const problem = depthFault(content)
  if (problem) return { json: null, problem }
  try {
    return { json: JSON.parse(content.replace(/^\uFEFF/, '')) as unknown, problem: null }
  } catch (error) {
    return { json: null, problem: syntaxFault(content, (error as Error).message) }
  }
}

/** Nesting is bounded: what reads JSON recurses. */
export const depthFault = (content: string): Problem | null => {
  const line = tooDeep(content)
  return line === null ? null : fault(`line ${line}`, `is nested too deeply: at most ${MAX_DEPTH} levels are read`)
}

/** The fault of what JSON.parse says. */
export const syntaxFault = (content: string, message: string): Problem => {
  const place = /at position (\d+)/.exec(message)?.[1]
  const line = lineAt(content, place === undefined ? content.length : Number(place))
  return fault(`line ${line}`, `is no JSON: ${message}`)
}

/** The line where the nesting goes beyond the bound; null: none. */
const tooDeep = (content: string): number | null => {
  let depth = 0
  for (const { token, line } of tokensOf(content)) {
    if (token === '[' || token === '{') depth++
    else if (token === ']' || token === '}') depth--
    if (depth > MAX_DEPTH) return line
  }
  return null
}

const list = z.array(z.unknown()).default([])
const schema = z.strictObject({
  vocabulary: z.literal(NS),
  version: z.literal(1),
  values: list,
  beliefs: list,
  relations: list,
  links: list,
  annotations: z.array(z.strictObject({ subject: z.string(), triples: z.array(z.string()) })).default([]),
})

const KINDS = { values: 'value', beliefs: 'belief', relations: 'relation', links: 'link' } as const

/** Reads our own JSON. Paths are like `beliefs[3].name`. */
export const readJson = (content: string): Draft => {
  const draft = emptyDraft()
  const { json, problem } = parseJson(content)
  if (problem) {
    draft.problems.push(problem)
    return draft
  }
  const parsed = schema.safeParse(json)
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) {
      draft.problems.push(fault(path.map(String).join('.') || 'content', message))
    }
    return draft
  }
  for (const [name, kind] of Object.entries(KINDS)) {
    const things = parsed.data[name as keyof typeof KINDS]
    things.forEach((input, place) => addThing(draft, { kind, input, path: `${name}[${place}]` }))
  }
  parsed.data.annotations.forEach(({ subject, triples }, place) =>
    addKept(draft, { subject, triples, path: `annotations[${place}]` }),
  )
  return draft
}

const ITEM = /^(values|beliefs|relations|links|annotations)\[(\d+)\]/

/** Puts the line before a path of our JSON, where the text has it. The text is searched once, at the first path. */
export const createLocator = (content: string): ((path: string) => string) => {
  let lines: ReadonlyMap<string, readonly number[]> | undefined
  return (path) => {
    const [, name, item] = ITEM.exec(path) ?? []
    if (name === undefined) return path
    lines ??= linesOfItems(content)
    const line = lines.get(JSON.stringify(name))?.[Number(item)]
    return line === undefined ? path : `line ${line}, ${path}`
  }
}

/** The lines of the items of each list, by its name as it is quoted; of the last list where there are several. */
const linesOfItems = (content: string): Map<string, number[]> => {
  const lines = new Map<string, number[]>()
  let [depth, name] = [0, '']
  let items: number[] = []
  for (const { token, line } of tokensOf(content)) {
    if (token === '[' || token === '{') {
      depth++
      if (depth === 2) lines.set(name, (items = []))
      else if (depth === 3) items.push(line)
    } else if (token === ']' || token === '}') depth--
    else if (depth === 1) name = token
  }
  return lines
}
