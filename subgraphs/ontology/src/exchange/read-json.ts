import { z } from 'zod'
import { type Draft, emptyDraft, fault, type Problem } from '../domain/exchange/draft.ts'
import { addThing } from '../domain/exchange/own.ts'
import { addKept } from '../domain/exchange/kept.ts'
import { NS } from '../domain/exchange/vocabulary.ts'
import { lineAt } from './lines.ts'

const MAX_DEPTH = 200

/** Parses JSON, or tells the line of what is wrong with it. Nesting is bounded: what reads it further recurses. */
export const parseJson = (content: string): { json: unknown; problem: Problem | null } => {
  const deep = tooDeep(content)
  if (deep !== -1) {
    const message = `is nested too deeply: at most ${MAX_DEPTH} levels are read`
    return { json: null, problem: fault(`line ${lineAt(content, deep)}`, message) }
  }
  try {
    return { json: JSON.parse(content.replace(/^\uFEFF/, '')) as unknown, problem: null }
  } catch (error) {
    const { message } = error as Error
    const place = /at position (\d+)/.exec(message)?.[1]
    const line = lineAt(content, place === undefined ? content.length : Number(place))
    return { json: null, problem: fault(`line ${line}`, `is no JSON: ${message}`) }
  }
}

/** Where the nesting goes beyond the bound; -1: nowhere. */
const tooDeep = (content: string): number => {
  let depth = 0
  for (const { 0: token, index } of content.matchAll(/"(?:[^"\\]|\\.)*"|[[{]|[\]}]/g)) {
    if (token === '[' || token === '{') depth++
    else if (token === ']' || token === '}') depth--
    if (depth > MAX_DEPTH) return index
  }
  return -1
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
    draft.problems.push(
      ...parsed.error.issues.map(({ path, message }) => fault(path.map(String).join('.') || 'content', message)),
    )
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

/** Puts the line before a path of our JSON, where the text has it. */
export const withLine = (content: string, path: string): string => {
  const [, name, item] = ITEM.exec(path) ?? []
  const line = name === undefined ? null : lineOfItem(content, name, Number(item))
  return line === null ? path : `line ${line}, ${path}`
}

const lineOfItem = (content: string, name: string, item: number): number | null => {
  let [depth, list, items] = [0, '', -1]
  let last = ''
  for (const { 0: token, index } of content.matchAll(/"(?:[^"\\]|\\.)*"|[[{]|[\]}]/g)) {
    if (token === '[' || token === '{') {
      depth++
      if (depth === 2) [list, items] = [last, -1]
      if (depth === 3 && list === JSON.stringify(name) && ++items === item) return lineAt(content, index)
    } else if (token === ']' || token === '}') depth--
    else if (depth === 1) last = token
  }
  return null
}
