import { setImmediate as nextTurn } from 'node:timers/promises'
import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { type Draft, emptyDraft, fault } from '../domain/exchange/draft.ts'
import { addKept } from '../domain/exchange/kept.ts'
import { addThing } from '../domain/exchange/own.ts'
import { type Column, COLUMNS, unguarded } from './columns.ts'

/** How many rows are read before others get their turn. */
const ROWS_PER_TURN = 2000

type Row = Readonly<Record<Column, string>>
interface Parsed {
  readonly record: string[]
  readonly info: { readonly lines: number }
}

/** Reads our own CSV. The first fault of its syntax ends it. */
export const readCsv = async (content: string): Promise<Draft> => {
  const draft = emptyDraft()
  const kept = new Map<string, { triples: string[]; path: string }>()
  const parser = parse({ bom: true, info: true, relax_column_count: true, skip_empty_lines: true })
  let count = 0
  let line = 1
  try {
    for await (const { record, info } of Readable.from([content]).pipe(parser) as AsyncIterable<Parsed>) {
      if (++count === 1) assertHeader(record)
      else addRow(draft, kept, { record, path: `line ${line}` })
      line = info.lines + 1
      if (count % ROWS_PER_TURN === 0) await nextTurn()
    }
    if (count === 0) assertHeader([])
  } catch (error) {
    if (!(error instanceof CsvError || error instanceof HeaderError)) throw error
    draft.problems.push(fault(`line ${lineIn(error) ?? line}`, `cannot be read as CSV: ${error.message}`))
  }
  for (const [subject, { triples, path }] of kept) addKept(draft, { subject, triples, path })
  return draft
}

class HeaderError extends Error {}

const lineIn = (error: Error): number | null =>
  'lines' in error && typeof error.lines === 'number' ? error.lines : null

const assertHeader = (header: readonly string[]): void => {
  if (header.join() !== COLUMNS.join()) throw new HeaderError(`the first line must be ${COLUMNS.join()}`)
}

const filled = (cells: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(cells).filter(([, cell]) => cell !== ''))

const numberOf = (cell: string): unknown => (cell === '' ? '' : Number(cell))

const addRow = (
  draft: Draft,
  kept: Map<string, { triples: string[]; path: string }>,
  { record, path }: { record: readonly string[]; path: string },
): void => {
  if (record.length !== COLUMNS.length) {
    draft.problems.push(fault(path, `has ${record.length} cells; it must have ${COLUMNS.length}`))
    return
  }
  const row = Object.fromEntries(COLUMNS.map((name, place) => [name, unguarded(record[place] ?? '')])) as Row
  const { kind, id, name, description, type, from, to, note, level, subject, triple } = row
  const weight = numberOf(row.weight)
  switch (kind) {
    case 'value':
      addThing(draft, { kind, path, input: filled({ id, name, description, weight }) })
      return
    case 'belief': {
      const rule = ruleOf(draft, row.rule, path)
      const taskTypes = row.taskTypes === '' ? [] : row.taskTypes.split(' ')
      const input = { ...filled({ id, name, description, credence: numberOf(row.credence), level }), taskTypes, rule }
      addThing(draft, { kind, path, input })
      return
    }
    case 'relation':
      addThing(draft, { kind, path, input: filled({ id, type, from, to, weight, note }) })
      return
    case 'link':
      addThing(draft, { kind, path, input: filled({ id, effect: type, belief: from, value: to, weight }) })
      return
    case 'triple': {
      const known = kept.get(subject)
      if (known) known.triples.push(triple)
      else kept.set(subject, { triples: [triple], path })
      return
    }
    default:
      draft.problems.push(
        fault(`${path}.kind`, `is "${kind.slice(0, 100)}"; it is value, belief, relation, link or triple`),
      )
  }
}

const ruleOf = (draft: Draft, cell: string, path: string): unknown => {
  if (cell === '') return null
  try {
    return JSON.parse(cell) as unknown
  } catch {
    draft.problems.push(fault(`${path}.rule`, 'is no JSON'))
    return null
  }
}
