import { canonicalJson } from '@mothership/platform/json'
import type { Whole } from '../domain/exchange/resources.ts'
import { type Column, COLUMNS, guarded } from './columns.ts'

type Cells = Partial<Record<Column, string | number | null>>

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1)
const bySubject = (a: { subject: string }, b: { subject: string }): number => (a.subject < b.subject ? -1 : 1)

/** CSV of our own: what readCsv reads. */
export const writeCsv = ({ values, beliefs, relations, valueLinks, annotations }: Whole): string => {
  const rows: Cells[] = [
    ...values
      .toSorted(byId)
      .map(({ id, name, description, weight }) => ({ kind: 'value', id, name, description, weight })),
    ...beliefs.toSorted(byId).map(({ id, name, description, credence, level, taskTypes, rule }) => ({
      kind: 'belief',
      id,
      name,
      description,
      credence,
      level,
      taskTypes: taskTypes.toSorted().join(' '),
      rule: rule === null ? null : canonicalJson(rule),
    })),
    ...relations
      .toSorted(byId)
      .map(({ id, type, from, to, weight, note }) => ({ kind: 'relation', id, type, from, to, weight, note })),
    ...valueLinks.toSorted(byId).map(({ id, belief, value, effect, weight }) => ({
      kind: 'link',
      id,
      type: effect,
      from: belief,
      to: value,
      weight,
    })),
    // A resource of which nothing but its IRI is kept has a row, too.
    ...annotations
      .toSorted(bySubject)
      .flatMap(({ subject, triples }) =>
        (triples.length === 0 ? [''] : triples).map((triple) => ({ kind: 'triple', subject, triple })),
      ),
  ]
  return `${COLUMNS.join()}\n${rows.map(toLine).join('')}`
}

const toLine = (cells: Cells): string => `${COLUMNS.map((name) => toCell(cells[name] ?? '')).join()}\n`

const toCell = (cell: string | number): string => {
  const text = typeof cell === 'number' ? String(cell) : guarded(cell)
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
