// npm run bench:ontology [-- NAME ...]
import { runMeasurements } from '../run.ts'

/** Each in a file of its own, which exports `measure`. */
await runMeasurements({
  import: () => import('./import.ts'),
  strength: () => import('./strength.ts'),
  edit: () => import('./edit.ts'),
  search: () => import('./search.ts'),
  neighborhood: () => import('./neighborhood.ts'),
})
