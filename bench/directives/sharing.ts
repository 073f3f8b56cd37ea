import { randomBytes, randomUUID } from 'node:crypto'
import { createIdentitySigner } from '@mothership/platform/identity'
import { connectSubgraph } from '@mothership/platform/remote-subgraph'
import { createTestDatabase } from '@mothership/platform/testing'
import { disposeAll } from '@mothership/platform/time'
import { freePort, isReady, type Program, startTypeScript, waitUntil } from '../../e2e/processes.ts'
import { gives, startProviders, type WireProviders } from '../../subgraphs/directive/tests/wire/providers.ts'
import { inMilliseconds, type Row } from '../table.ts'

const REQUESTS = 1000
const PROCESSES = 2
/** How long the model takes, so that all requests are there before it answers. */
const MODEL_MILLISECONDS = 3000
const READY_MILLISECONDS = 120_000

const OPERATOR = { role: 'OPERATOR', subject: 'bench', name: 'bench' } as const
const GENERATE = `mutation ($input: JSON!) { generateDirective(taskType: "math.solve", input: $input) {
  id engine { provider attempts } } }`

/** The same directive asked for many times at once, of several directive processes, of which one asks the model. */
export const measure = async (): Promise<Row[]> => {
  const wire = await startProviders()
  wire.always(gives.late(MODEL_MILLISECONDS, () => ({ constraints: [] })))
  const system = await startProcesses(wire)
  try {
    const input = { operation: 'evaluate', expression: '6 * 7' }
    const began = performance.now()
    const answers = await Promise.all(
      Array.from({ length: REQUESTS }, (_, place) => system.generate(place % PROCESSES, input)),
    )
    const took = performance.now() - began
    const byModel = answers.filter(({ provider }) => provider === 'openai').length
    if (byModel < REQUESTS) throw new Error(`${REQUESTS - byModel} directives came without the model`)
    const calls = wire.requests.length
    return [
      {
        what: `${REQUESTS} requests for the same directive at once, over ${PROCESSES} directive processes`,
        measured: `${calls} calls of the provider (all answered in ${inMilliseconds(took)})`,
        limit: `the provider takes ${inMilliseconds(MODEL_MILLISECONDS)}`,
        goal: '1 call',
        reached: `${calls} calls`,
        isReached: calls === 1,
      },
    ]
  } finally {
    await system.dispose()
    await wire.dispose()
  }
}

/** The ontology and the directive processes, on the PostgreSQL of DATABASE_URL and the Redis of REDIS_URL. */
const startProcesses = async (wire: WireProviders) => {
  const database = await createTestDatabase()
  const { REDIS_URL } = process.env
  if (database.url === undefined || REDIS_URL === undefined) {
    await database.dispose()
    throw new Error('This is measured between processes: set DATABASE_URL and REDIS_URL.')
  }
  const secret = randomBytes(32).toString('base64url')
  const [ontologyPort, ...ports] = await Promise.all(Array.from({ length: 1 + PROCESSES }, () => freePort()))
  const urlOf = (port: number | undefined): string => `http://127.0.0.1:${port}/graphql`
  const shared = {
    DATABASE_URL: database.url,
    REDIS_URL,
    MOTHERSHIP_IDENTITY_SECRET: secret,
    HOST: '127.0.0.1',
    ONTOLOGY_URL: urlOf(ontologyPort),
    DIRECTIVE_URL: urlOf(ports[0]),
  }
  const start = (name: string, port: number | undefined, variables = {}): Program =>
    startTypeScript(`subgraphs/${name}/src/main.ts`, { ...shared, ...variables, PORT: String(port) })
  const models = { ...wire.urls, OPENAI_API_KEY: 'bench', MOTHERSHIP_MODELS: 'openai:bench' }
  const programs = [start('ontology', ontologyPort), ...ports.map((port) => start('directive', port, models))]
  const areReady = async (): Promise<boolean> =>
    (await Promise.all([ontologyPort, ...ports].map((port) => isReady(`http://127.0.0.1:${port}`)))).every(Boolean)
  await waitUntil(areReady, 'the subgraphs are ready', READY_MILLISECONDS)
  const signer = createIdentitySigner(secret)
  const clients = ports.map((port) => connectSubgraph({ name: 'directive', url: urlOf(port), signer }))
  return {
    generate: async (place: number, input: object): Promise<{ provider: string }> => {
      const request = { query: GENERATE, variables: { input }, identity: OPERATOR, correlationId: randomUUID() }
      const result = await clients[place]?.execute(request)
      if (result?.errors?.[0]) throw new Error(result.errors[0].message)
      return (result?.data as { generateDirective: { engine: { provider: string } } }).generateDirective.engine
    },
    dispose: () =>
      disposeAll([
        ...clients.map(({ dispose }) => dispose),
        ...programs.map((program) => async () => void (await program.stop())),
        database.dispose,
      ]),
  }
}
