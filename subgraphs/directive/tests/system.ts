import { randomUUID } from 'node:crypto'
import { UnavailableError } from '@mothership/platform/errors'
import type { Identity } from '@mothership/platform/identity'
import { createRuntime, type Foundation, openFoundation } from '@mothership/platform/runtime'
import {
  type RunningSubgraph,
  type Runtime,
  startSubgraph,
  type SubgraphDefinition,
} from '@mothership/platform/subgraph'
import {
  isStream,
  type SubgraphClient,
  type SubgraphName,
  type SubgraphRequest,
} from '@mothership/platform/subgraph-client'
import { createTestDatabase, testLogger } from '@mothership/platform/testing'
import { disposeAll, once, sleep } from '@mothership/platform/time'
import type { ExecutionResult } from 'graphql'
import { agentSubgraph } from '../../agent/src/subgraph.ts'
import { createOntologySubgraph } from '../../ontology/src/subgraph.ts'
import { taskSubgraph } from '../../task/src/subgraph.ts'
import { directiveSubgraph } from '../src/subgraph.ts'

const ADMIN: Identity = { role: 'ADMIN', subject: 'admin', name: 'admin' }
type Variables = Record<string, unknown>

/** All four subgraphs, real, on a database of their own. The ontology is empty; work is done by who is hired. */
export const startSystem = async ({ directive = directiveSubgraph } = {}) => {
  const database = await createTestDatabase()
  const running = new Map<SubgraphName, RunningSubgraph>()
  const runtimes = new Map<SubgraphName, Runtime>()
  /** How often a peer can be asked from now on; any number of times where it is not there. */
  const left = new Map<SubgraphName, number>()
  /** What a peer fails on, as one that cannot answer in time. */
  const failing = new Map<SubgraphName, (request: SubgraphRequest) => boolean>()
  const find = (peer: SubgraphName): SubgraphClient | undefined => {
    const count = left.get(peer)
    if (count !== undefined) left.set(peer, count - 1)
    const client = count === undefined || count > 0 ? running.get(peer) : undefined
    const fails = failing.get(peer)
    if (!client || !fails) return client
    const execute = async (request: SubgraphRequest): Promise<ExecutionResult> => {
      if (fails(request)) throw new UnavailableError(`${peer} did not answer in time.`)
      return client.execute(request)
    }
    return { ...client, execute }
  }
  let foundation: Foundation
  const start = async (): Promise<void> => {
    // What stands on the database goes with each process; the database itself stays.
    foundation = await openFoundation({
      database: { ...database, dispose: async () => undefined },
      redisUrl: process.env['REDIS_URL'],
      logger: testLogger,
    })
    const definitions = [createOntologySubgraph({ starter: null }), directive, agentSubgraph, taskSubgraph]
    for (const definition of definitions as unknown as SubgraphDefinition[]) {
      const runtime = await createRuntime(foundation, definition.name, find)
      runtimes.set(definition.name, runtime)
      running.set(definition.name, await startSubgraph(definition, runtime))
    }
  }
  const stop = (): Promise<void> =>
    disposeAll([
      ...[...running.values()].reverse().map((subgraph) => subgraph.dispose),
      ...[...runtimes.values()].map((runtime) => runtime.events.dispose),
      foundation.dispose,
    ])
  await start()

  const request = (query: string, variables: Variables = {}, identity: Partial<Identity> = {}) => ({
    query,
    variables,
    identity: { ...ADMIN, ...identity },
    correlationId: randomUUID(),
  })
  type Asked = Parameters<typeof request>
  const of = (name: SubgraphName) => running.get(name) as RunningSubgraph
  return {
    database,
    runtimeOf: (name: SubgraphName): Runtime => runtimes.get(name) as Runtime,
    query: (name: SubgraphName, ...asked: Asked): Promise<ExecutionResult> => of(name).execute(request(...asked)),
    data: async <T>(name: SubgraphName, ...asked: Asked): Promise<T> => {
      const { data, errors } = await of(name).execute(request(...asked))
      if (errors?.[0]) throw errors[0]
      return data as T
    },
    subscribe: async (name: SubgraphName, ...asked: Asked): Promise<AsyncIterableIterator<ExecutionResult>> => {
      const result = await of(name).subscribe(request(...asked))
      if (isStream(result)) return result
      throw result.errors?.[0] ?? new Error('the subscription did not start')
    },
    /** Lets a peer be asked so often, and then be as one that can not be reached; null: it is there again. */
    allow: (name: SubgraphName, times: number | null) => (times === null ? left.delete(name) : left.set(name, times)),
    /** Lets a peer fail on some requests; null: on none any more. */
    fail: (name: SubgraphName, fails: ((request: SubgraphRequest) => boolean) | null) =>
      fails === null ? failing.delete(name) : failing.set(name, fails),
    /** Ends everything, does something meanwhile, and starts all of it anew on the same database. */
    restart: async (meanwhile: () => Promise<unknown> = async () => undefined): Promise<void> => {
      await stop()
      await meanwhile()
      await start()
    },
    dispose: once(() => disposeAll([stop, database.dispose])),
  }
}

export type System = Awaited<ReturnType<typeof startSystem>>

/** Waits until something holds, up to 100 s. */
export const until = async (holds: () => Promise<boolean>): Promise<void> => {
  for (const end = performance.now() + 100_000; !(await holds()); await sleep(30)) {
    if (performance.now() > end) throw new Error('it did not come true within 100 s')
  }
}

/** A change that adds a belief in force that governs one task type. */
export const newBelief = (taskType: string, fields: Variables = {}) => {
  const id = randomUUID()
  const given = { id, name: `Belief ${id}`, description: 'What tests hold true.', credence: 0.9 }
  return { ...given, taskTypes: [taskType], ...fields }
}

export const edit = (system: System, changes: object[]): Promise<{ applyChanges: { number: number } }> =>
  system.data('ontology', 'mutation ($c: [OntologyChangeInput!]!) { applyChanges(changes: $c) { number } }', {
    c: changes,
  })

interface Lent {
  id: string
  token: string
  task: { id: string }
}

/** An agent that does what it is told of some task types. */
export const hire = async (system: System, skills: readonly string[]) => {
  const issue = 'mutation { issueAgentCredential(name: "worker") { id } }'
  const { issueAgentCredential } = await system.data<{ issueAgentCredential: { id: string } }>('agent', issue)
  const identity: Partial<Identity> = {
    role: 'AGENT',
    subject: issueAgentCredential.id,
    name: 'worker',
    instance: 'one',
  }
  const schema = { type: 'object' }
  const input = {
    name: 'worker',
    version: '1.0.0',
    instance: 'one',
    concurrency: 20,
    skills: skills.map((id) => ({ id, description: id, inputSchema: schema, outputSchema: schema })),
  }
  const register = 'mutation ($input: RegisterAgentInput!) { registerAgent(input: $input) { id } }'
  const { registerAgent } = await system.data<{ registerAgent: { id: string } }>('agent', register, { input }, identity)
  const beat = 'mutation ($id: ID!) { heartbeat(agentId: $id, load: 0) { drain } }'
  const taken = new Map<string, Lent>()
  const lend = async (taskId: string): Promise<Lent> => {
    await until(async () => {
      // On a busy machine the tests may take longer than an agent may be silent.
      await system.data('agent', beat, { id: registerAgent.id }, identity)
      const take = 'mutation { takeAssignments(max: 20) { id token task { id } } }'
      const { takeAssignments } = await system.data<{ takeAssignments: Lent[] }>('task', take, {}, identity)
      for (const lent of takeAssignments) taken.set(lent.task.id, lent)
      return taken.has(taskId)
    })
    const lent = taken.get(taskId) as Lent
    taken.delete(taskId)
    return lent
  }
  const submit = async (type: string, given: { input?: unknown; maxAttempts?: number } = {}): Promise<string> => {
    const { input = { n: 1 }, maxAttempts = 1 } = given
    const source = 'mutation ($input: SubmitTaskInput!) { submitTask(input: $input) { id } }'
    const asked = { input: { type, input, maxAttempts } }
    return (await system.data<{ submitTask: { id: string } }>('task', source, asked)).submitTask.id
  }
  const complete = async ({ id, token }: Lent, result: unknown = { ok: true }, trace: object = {}): Promise<void> =>
    void (await system.data(
      'task',
      `mutation ($id: ID!, $token: String!, $result: JSON!, $trace: TraceInput) {
        completeAssignment(id: $id, token: $token, result: $result, trace: $trace) { id } }`,
      { id, token, result, trace },
      identity,
    ))
  return {
    identity,
    /** Submits a task, as admin. Answers its id. */
    submit,
    /** Waits until a task is lent to it. */
    lend,
    complete,
    /** Submits a task, does it, and waits until it is checked. */
    work: async (type: string, work: { input?: unknown; result?: unknown; trace?: object; maxAttempts?: number }) => {
      const id = await submit(type, work)
      await complete(await lend(id), work.result, work.trace)
      return { id, state: await untilChecked(system, id) }
    },
  }
}

export type Worker = Awaited<ReturnType<typeof hire>>

export const untilChecked = async (system: System, id: string): Promise<string> => {
  let state = ''
  await until(async () => {
    const { task } = await system.data<{ task: { state: string } }>(
      'task',
      'query ($id: ID!) { task(id: $id) { state } }',
      { id },
    )
    state = task.state
    return ['COMPLETED', 'FAILED', 'NEEDS_REVIEW'].includes(state)
  })
  return state
}

/** A person's decision about a task. */
export const review = (system: System, id: string, decision: 'APPROVE' | 'REJECT'): Promise<unknown> =>
  system.data(
    'task',
    `mutation ($id: ID!, $decision: ReviewDecision!) {
      reviewTask(id: $id, decision: $decision, note: "as people see it") { id } }`,
    { id, decision },
    { role: 'OPERATOR', subject: 'olga', name: 'Olga' },
  )
