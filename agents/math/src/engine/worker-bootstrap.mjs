// Node 20 reads no TypeScript, and a worker does not inherit tsx from `--import tsx` (nor has vitest any to inherit):
// so the worker registers it for itself.
import { register } from 'tsx/esm/api'

register()
await import('./worker.ts')
