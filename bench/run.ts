import { type Row, toTable } from './table.ts'

type Measurements = Readonly<Record<string, () => Promise<{ measure: () => Promise<Row[]> }>>>

/**
 * Takes the measurements that the command line names, or all, and prints a table, each beside its limit in the same run.
 * On the PostgreSQL of DATABASE_URL where that is set, else on PGlite. Ends the process, with 1 where a goal is missed.
 */
export const runMeasurements = async (measurements: Measurements): Promise<never> => {
  const asked = process.argv.slice(2)
  const unknown = asked.filter((name) => !(name in measurements))
  if (unknown.length > 0) {
    console.error(`There is no measurement ${unknown.join(', ')}. There are: ${Object.keys(measurements).join(', ')}.`)
    process.exit(1)
  }
  const rows: Row[] = []
  for (const [name, load] of Object.entries(measurements)) {
    if (asked.length > 0 && !asked.includes(name)) continue
    console.error(`Measuring ${name} ...`)
    rows.push(...(await (await load()).measure()))
  }
  console.log(toTable(rows))
  process.exit(rows.every(({ isReached }) => isReached !== false) ? 0 : 1)
}
