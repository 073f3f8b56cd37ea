/** The columns of our CSV: one table, a row for each thing, and one for each statement that was kept. */
export const COLUMNS = [
  'kind',
  'id',
  'name',
  'description',
  'weight',
  'credence',
  'level',
  'taskTypes',
  'rule',
  'type',
  'from',
  'to',
  'note',
  'subject',
  'triple',
] as const
export type Column = (typeof COLUMNS)[number]

const FORMULA = /^'*[=+\-@\t\r]/

/** A cell that a spreadsheet would take for a formula gets a quote before it. */
export const guarded = (cell: string): string => (FORMULA.test(cell) ? `'${cell}` : cell)

/** The cell without the quote that `guarded` put before it. */
export const unguarded = (cell: string): string => (cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell)
