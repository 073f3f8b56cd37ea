/** One measurement beside the peer or the raw limit that it is judged by, both taken in the same run. */
export interface Row {
  readonly what: string
  /** What was measured, with its unit, e.g. `12.1 ms`. */
  readonly measured: string
  /** What it is compared with, e.g. `n3 alone: 4.0 ms`. */
  readonly limit: string
  /** What is to be reached, e.g. `at most 6 x`. */
  readonly goal: string
  /** Where it stands, e.g. `3.0 x`. */
  readonly reached: string
  /** Null: there is nothing to be reached; it is measured to be known. */
  readonly isReached: boolean | null
}

const VERDICTS = { true: 'reached', false: 'MISSED', null: '' } as const

const COLUMNS = ['what', 'measured', 'limit', 'goal', 'reached'] as const

/** The rows as a table of Markdown. */
export const toTable = (rows: readonly Row[]): string => {
  const cells = [
    [...COLUMNS, ''],
    ...rows.map((row) => [...COLUMNS.map((column) => row[column]), VERDICTS[`${row.isReached}`]]),
  ]
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0))) ?? []
  const lines = cells.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`)
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`)
  return lines.join('\n')
}

/** The value below which that part of the samples lies: `percentile(samples, 0.5)` is the median. */
export const percentile = (samples: readonly number[], part: number): number => {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN
}

/** How long each of several runs took, in milliseconds, one after the other. */
export const timeEach = async (times: number, work: (run: number) => unknown): Promise<number[]> => {
  const samples: number[] = []
  for (let run = 0; run < times; run++) {
    const began = performance.now()
    await work(run)
    samples.push(performance.now() - began)
  }
  return samples
}

/** `12.3 ms`, `1.25 s`. */
export const inMilliseconds = (milliseconds: number): string =>
  milliseconds >= 1000 ? `${(milliseconds / 1000).toFixed(2)} s` : `${milliseconds.toFixed(1)} ms`
