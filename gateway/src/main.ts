import { runProcess } from '@mothership/platform/run-process'
import { readGatewayEnvironment } from './environment.ts'
import { startGateway } from './gateway.ts'

await runProcess(async () => {
  const gateway = await startGateway(readGatewayEnvironment())
  console.log(`\n  Mothership is at ${gateway.address}`)
  if (gateway.signInLink !== null) console.log(`  Sign in once, as admin, at ${gateway.signInLink}`)
  console.log('')
  return gateway.dispose
})
