// npm run account -- add NAME --role CURATOR
import { prepare } from './prepare.mjs'

await prepare({ explorer: false })
const { register } = await import('tsx/esm/api')
register()
await import('../gateway/src/account-command.ts')
