import { readFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { agentSubgraph } from '@mothership/agent/subgraph'
import { createIdentitySigner, type Identity } from '@mothership/platform/identity'
import { connectSubgraph } from '@mothership/platform/remote-subgraph'
import { isStream, type SubgraphClient, type SubgraphName } from '@mothership/platform/subgraph-client'
import { startTestSubgraph, testLogger, type TestSubgraph } from '@mothership/platform/testing'
import { disposeAll, type Disposer } from '@mothership/platform/time'
import { taskSubgraph } from '@mothership/task/subgraph'
import { type ExecutionResult, parse, validate } from 'graphql'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFederatedSubscriptions, type FederatedSubscriptions } from '../src/federated-subscription.ts'

/** A second, which waitFor gives unless it is told, is not enough where the machine is busy. */
const SOON = { timeout: 60_000 }

const admin: Identity = { role: 'ADMIN', subject: 'admin', name: 'admin' }
const signer = createIdentitySigner('nobody listens where this is sent')
const disposers: Disposer[] = []
/** A client of a subgraph that cannot be reached. */
const away = (name: SubgraphName) => {
  const client = connectSubgraph({ name, url: 'http://127.0.0.1:1/graphql', signer })
  disposers.push(client.dispose)
  return client
}

let agents: TestSubgraph
let tasks: TestSubgraph
let federated: FederatedSubscriptions
let isTaskAway = false
/** What the gateway did with the streams of the agent subgraph. */
let upstream: { opened: number; ended: number; waiting: Promise<IteratorResult<ExecutionResult>> | null }

/** The agent subgraph as it is; it is only noted when a stream of it is ended. */
const noted = (client: SubgraphClient): SubgraphClient => ({
  ...client,
  subscribe: async (request) => {
    const stream = await client.subscribe(request)
    if (!isStream(stream)) return stream
    upstream.opened++
    const watched: AsyncIterableIterator<ExecutionResult> = {
      next: () => (upstream.waiting = stream.next()),
      return: () => {
        upstream.ended++
        return stream.return!()
      },
      [Symbol.asyncIterator]: () => watched,
    }
    return watched
  },
})

beforeAll(async () => {
  agents = await startTestSubgraph(agentSubgraph)
  tasks = await startTestSubgraph(taskSubgraph)
  disposers.push(agents.dispose, tasks.dispose)
  const unreachable = away('task')
  federated = createFederatedSubscriptions({
    supergraphSdl: readFileSync(new URL('../supergraph.graphql', import.meta.url), 'utf8'),
    clients: {
      agent: noted(agents.subgraph),
      task: { ...tasks.subgraph, execute: (request) => (isTaskAway ? unreachable : tasks.subgraph).execute(request) },
      ontology: away('ontology'),
      directive: away('directive'),
    },
    logger: testLogger,
  })
})
afterAll(() => disposeAll(disposers))
beforeEach(() => {
  isTaskAway = false
  upstream = { opened: 0, ended: 0, waiting: null }
})

const open = async (source: string, identity = admin, variables: Record<string, unknown> = {}) => {
  const document = parse(source)
  expect(validate(federated.apiSchema, document)).toEqual([])
  const context = { identity, correlationId: randomUUID() }
  return federated.subscribe({ document, variables, operationName: undefined, context })
}
const subscribe = async (source: string, variables: Record<string, unknown> = {}) => {
  const result = await open(source, admin, variables)
  if (!isStream(result)) throw result.errors![0]!
  return result
}

const AGENT_ALONE = 'subscription { agentUpdates { change agent { name } } }'
/** The task subgraph answers the tasks of the agent; the agent subgraph all else. */
const WITH_TASKS = `subscription ($id: ID) {
  agentUpdates(id: $id) { change who: agent { name tasks(first: 3) { totalCount nodes { id } } } }
}`

const skill = { id: 'text.shout', description: 'Says it louder.', inputSchema: {}, outputSchema: {} }
/** Registers an agent: an update of its own. */
const register = async (name: string): Promise<string> => {
  const { issueAgentCredential } = await agents.data<{ issueAgentCredential: { id: string } }>(
    'mutation ($name: String!) { issueAgentCredential(name: $name) { id } }',
    { name: `${name} ${randomUUID()}` },
  )
  const { registerAgent } = await agents.data<{ registerAgent: { id: string } }>(
    'mutation ($input: RegisterAgentInput!) { registerAgent(input: $input) { id } }',
    { input: { name, version: '1.0.0', instance: 'one', skills: [skill] } },
    { role: 'AGENT', subject: issueAgentCredential.id, name },
  )
  return registerAgent.id
}
const act = (mutation: string, id: string) => agents.data(`mutation ($id: ID!) { ${mutation}(id: $id) { id } }`, { id })

describe('a federated subscription', () => {
  it('takes the fields of each event from the subgraphs that own them', async () => {
    const updates = await subscribe(WITH_TASKS)
    await register('loud')
    expect((await updates.next()).value).toEqual({
      data: { agentUpdates: { change: 'REGISTERED', who: { name: 'loud', tasks: { totalCount: 0, nodes: [] } } } },
    })
    await updates.return!()
  })

  it('yields errors for an event whose other fields cannot be fetched, and goes on with the next', async () => {
    const id = await register('lonely')
    const updates = await subscribe(WITH_TASKS, { id })
    isTaskAway = true
    await act('drainAgent', id)
    const { value: broken, done } = await updates.next()
    expect(done).toBe(false)
    expect(broken.errors[0].extensions).toMatchObject({ code: 'UNAVAILABLE' })
    expect(JSON.stringify(broken)).not.toContain('127.0.0.1')
    isTaskAway = false
    await act('restartAgent', id)
    const { value: whole } = await updates.next()
    expect(whole.errors).toBeUndefined()
    expect(whole.data.agentUpdates.who).toEqual({ name: 'lonely', tasks: { totalCount: 0, nodes: [] } })
    expect(upstream).toMatchObject({ opened: 1, ended: 0 })
    await updates.return!()
  })

  it.each([
    ['of one subgraph', AGENT_ALONE],
    ['of two subgraphs', WITH_TASKS],
  ])('%s stops the upstream when the client completes between two events', async (_, source) => {
    const updates = await subscribe(source)
    await register('brief')
    await updates.next()
    await updates.return!()
    expect(upstream).toMatchObject({ opened: 1, ended: 1 })
    expect((await updates.next()).done).toBe(true)
    expect((await upstream.waiting)?.done).toBe(true)
  })

  it.each([
    ['of one subgraph', AGENT_ALONE],
    ['of two subgraphs', WITH_TASKS],
  ])('%s stops the upstream when the client completes while it waits for an event', async (_, source) => {
    const updates = await subscribe(source)
    const pending = updates.next()
    // Until the wait has reached the subgraph, so that it is the subgraph that has to be told.
    await vi.waitFor(() => expect(upstream.waiting).not.toBeNull(), SOON)
    await updates.return!()
    expect(upstream).toMatchObject({ opened: 1, ended: 1 })
    expect((await pending).done).toBe(true)
    expect((await upstream.waiting)?.done).toBe(true)
  })

  it('stops the upstream when the client completes while an event is being resolved', async () => {
    const updates = await subscribe(WITH_TASKS)
    const pending = updates.next()
    await register('quick')
    await upstream.waiting
    await updates.return!()
    expect(upstream).toMatchObject({ opened: 1, ended: 1 })
    await pending
    expect((await updates.next()).done).toBe(true)
  })

  it('is refused to who may not subscribe, and opens nothing', async () => {
    const result = await open(AGENT_ALONE, { role: 'AGENT', subject: 'a credential', name: 'agent' })
    if (isStream(result)) throw new Error('it was opened')
    expect(result.errors?.[0]?.extensions['code']).toBe('FORBIDDEN')
    expect(upstream.opened).toBe(0)
  })

  it('is UNAVAILABLE where its subgraph cannot be reached', async () => {
    const updates = await subscribe('subscription { ontologyChanged { number } }')
    expect((await updates.next()).value).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] })
    expect((await updates.next()).done).toBe(true)
  })
})
