// npm start: prepares what a fresh clone lacks, then runs the gateway in this very process.
import { prepare } from './prepare.mjs'
import { endWithParents } from './parents.mjs'

prepare()
endWithParents()
console.log('Starting ...')
const { register } = await import('tsx/esm/api')
register()
await import('../gateway/src/main.ts')
