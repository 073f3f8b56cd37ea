// npm run bench:ontology [-- NAME ...]: prints a table of the measurements, each beside its limit in the same run.
// On the PostgreSQL of DATABASE_URL where that is set, else on PGlite.
import { type Row, toTable } from '../table.ts'

/** Each in a file of its own, which exports `measure`. */
const MEASUREMENTS: Record<string, () => Promise<{ measure: () => Promise<Row[]> }>> = {
  import: () => import('./import.ts'),
  strength: () => import('./strength.ts'),
  edit: () => import('./edit.ts'),
  search: () => import('./search.ts'),
  neighborhood: () => import('./neighborhood.ts'),
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(name in MEASUREMENTS))
if (unknown.length > 0) {
  console.error(`There is no measurement ${unknown.join(', ')}. There are: ${Object.keys(MEASUREMENTS).join(', ')}.`)
  process.exit(1)
}
const rows: Row[] = []
for (const [name, load] of Object.entries(MEASUREMENTS)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  console.error(`Measuring ${name} ...`)
  rows.push(...(await (await load()).measure()))
}
console.log(toTable(rows))
process.exit(rows.every(({ isReached }) => isReached) ? 0 : 1)
