import { SecretRefused } from '@mothership/agent-sdk/failure'
import { ExitCode } from '@mothership/agent-sdk/run'
import { readMathEnvironment } from './environment.ts'
import { serveHealth } from './health.ts'
import { MathAgent } from './math-agent.ts'
import { isSupervised, receiveCredential } from './supervised.ts'

/** A supervisor that wants us gone kills after some seconds: what is held is given back before. */
const SUPERVISED_GRACE_MILLISECONDS = 2_000

/** Until it runs there is nothing to finish. The first process of a container is not ended by a signal it ignores. */
const endAtOnce = (): void => process.exit(ExitCode.ENDED)

const main = async (): Promise<void> => {
  process.on('SIGTERM', endAtOnce)
  const { port } = readMathEnvironment()
  const agent = new MathAgent()
  let isRegistered = false
  if (port !== null) await serveHealth(port, () => isRegistered)
  const options = isSupervised()
    ? { ...(await receiveCredential()), graceMilliseconds: SUPERVISED_GRACE_MILLISECONDS }
    : {}
  await agent.warmUp()
  process.off('SIGTERM', endAtOnce)
  await agent.run(options)
  isRegistered = true
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(error instanceof SecretRefused ? ExitCode.REFUSED : 1)
}
