import { telling } from '@mothership/platform/progress'
import { runProcess } from '@mothership/platform/run-process'
import { readGatewayEnvironment } from './environment.ts'
import { startGateway } from './gateway.ts'
import { untilReady } from './readiness.ts'

await runProcess(async (ending) => {
  const tell = telling(console.log)
  const gateway = await startGateway(readGatewayEnvironment(), tell)
  // The parts of a distributed one start when they will: what each waits for is told by its own log and health.
  const waiting = gateway.isEmbedded ? await untilReady({ ready: gateway.ready, tell, ending }) : null
  if (ending.aborted) return gateway.dispose
  if (waiting !== null) console.log(`It is not ready yet; it waits for ${waiting}, and the log says why.`)
  console.log(`\n  Mothership is at ${gateway.address}`)
  if (gateway.signInLink !== null) console.log(`  Sign in once, as admin, at ${gateway.signInLink}`)
  console.log('')
  return gateway.dispose
})
