// npm start: prepares what a fresh clone lacks, then runs the gateway in this very process.
import { endWithParents, rememberParents } from './parents.mjs'
import { prepare } from './prepare.mjs'

const parents = rememberParents()
endWithParents(parents)
await prepare()
console.log('Starting ...')
const { register } = await import('tsx/esm/api')
register()
await import('../gateway/src/main.ts')
