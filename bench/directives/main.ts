// npm run bench:directives [-- NAME ...]
import { runMeasurements } from '../run.ts'

/** Each in a file of its own, which exports `measure`. */
await runMeasurements({
  compile: () => import('./compile.ts'),
  checks: () => import('./checks.ts'),
  stale: () => import('./stale.ts'),
  sharing: () => import('./sharing.ts'),
})
