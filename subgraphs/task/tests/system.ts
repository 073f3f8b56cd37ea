import { randomUUID } from 'node:crypto'
import { agentSubgraph } from '@mothership/agent/subgraph'
import { directiveSubgraph } from '@mothership/directive/subgraph'
import { createOntologySubgraph } from '@mothership/ontology/subgraph'
import type { Identity } from '@mothership/platform/identity'
import { createRuntime } from '@mothership/platform/runtime'
import {
  type RunningSubgraph,
  type Runtime,
  startSubgraph,
  type SubgraphDefinition,
} from '@mothership/platform/subgraph'
import { isStream, type SubgraphClient, type SubgraphName } from '@mothership/platform/subgraph-client'
import { createTestFoundation } from '@mothership/platform/testing'
import { disposeAll, once } from '@mothership/platform/time'
import type { ExecutionResult } from 'graphql'
import { taskSubgraph } from '../src/subgraph.ts'

const ADMIN: Identity = { role: 'ADMIN', subject: 'admin', name: 'admin' }

/** All four subgraphs, real, on a database of their own. The ontology is empty. */
export const startSystem = async () => {
  const foundation = await createTestFoundation()
  const running = new Map<SubgraphName, RunningSubgraph>()
  const runtimes = new Map<SubgraphName, Runtime>()
  const cutOff = new Set<SubgraphName>()
  const find = (name: SubgraphName): SubgraphClient | undefined => (cutOff.has(name) ? undefined : running.get(name))
  const definitions = [createOntologySubgraph({ starter: null }), directiveSubgraph, agentSubgraph, taskSubgraph]
  for (const definition of definitions as unknown as SubgraphDefinition[]) {
    const runtime = await createRuntime(foundation, definition.name, find)
    runtimes.set(definition.name, runtime)
    running.set(definition.name, await startSubgraph(definition, runtime))
  }
  const ask = (name: SubgraphName) => {
    const subgraph = running.get(name)
    if (!subgraph) throw new Error(`${name} does not run`)
    const request = (query: string, variables: Record<string, unknown> = {}, identity: Partial<Identity> = {}) => ({
      query,
      variables,
      identity: { ...ADMIN, ...identity },
      correlationId: randomUUID(),
    })
    return {
      query: (...args: Parameters<typeof request>): Promise<ExecutionResult> => subgraph.execute(request(...args)),
      data: async <T>(...args: Parameters<typeof request>): Promise<T> => {
        const { data, errors } = await subgraph.execute(request(...args))
        if (errors?.[0]) throw errors[0]
        return data as T
      },
      subscribe: async (...args: Parameters<typeof request>): Promise<AsyncIterableIterator<ExecutionResult>> => {
        const result = await subgraph.subscribe(request(...args))
        if (isStream(result)) return result
        throw result.errors?.[0] ?? new Error('the subscription did not start')
      },
    }
  }
  return {
    database: foundation.database,
    task: ask('task'),
    agent: ask('agent'),
    directive: ask('directive'),
    ontology: ask('ontology'),
    /** As a peer that can not be reached, until it is connected again. */
    cutOff: (name: SubgraphName) => cutOff.add(name),
    connect: (name: SubgraphName) => cutOff.delete(name),
    dispose: once(() =>
      disposeAll([
        ...[...running.values()].reverse().map((subgraph) => subgraph.dispose),
        ...[...runtimes.values()].map((runtime) => runtime.events.dispose),
        foundation.dispose,
      ]),
    ),
  }
}

export type System = Awaited<ReturnType<typeof startSystem>>

/** A belief with a rule on one task type: a MUST. */
export const addRule = async (system: System, taskType: string, rule: Record<string, unknown>, level = 'MUST') => {
  const source = 'mutation ($input: CreateBeliefInput!) { createBelief(input: $input) { id standing } }'
  const input = {
    name: `Rule ${randomUUID()}`,
    description: `What agents do of ${taskType} is checked.`,
    credence: 0.9,
    taskTypes: [taskType],
    level,
    rule,
  }
  const data = await system.ontology.data<{ createBelief: { id: string; standing: string } }>(source, { input })
  return data.createBelief.id
}

export interface WorkingAgent {
  readonly id: string
  readonly identity: Partial<Identity>
  /** Sends a heartbeat. */
  beat(): Promise<void>
  take(max?: number): Promise<Lent[]>
  start(lent: Lent, plan?: string[]): Promise<HoldAnswer>
  hold(lent: Lent, report?: Record<string, unknown>): Promise<HoldAnswer>
  complete(lent: Lent, result: unknown, trace?: Record<string, unknown>): Promise<{ id: string; state: string }>
  fail(lent: Lent, failure: Record<string, unknown>): Promise<{ id: string; state: string }>
}
export interface Lent {
  id: string
  token: string
  attempt: number
  leaseExpiresAt: string
  feedback: { id: string } | null
  directive: { id: string }
  task: { id: string; input: unknown; state: string }
}
export interface HoldAnswer {
  cancel: boolean
  drain: boolean
  leaseExpiresAt: string
  violation: { id: string } | null
}

const HOLD = '{ leaseExpiresAt cancel drain violation { id } }'

/** Registers an agent under a credential of its own. */
export const hire = async (
  system: System,
  skills: readonly string[],
  options: { concurrency?: number; credentialId?: string; instance?: string } = {},
): Promise<WorkingAgent> => {
  const { concurrency = 1, instance = 'one' } = options
  const issue = 'mutation { issueAgentCredential(name: "worker") { id } }'
  const credentialId =
    options.credentialId ??
    (await system.agent.data<{ issueAgentCredential: { id: string } }>(issue)).issueAgentCredential.id
  const identity: Partial<Identity> = { role: 'AGENT', subject: credentialId, name: 'worker', instance }
  const schema = { type: 'object' }
  const input = {
    name: 'worker',
    version: '1.0.0',
    instance,
    concurrency,
    skills: skills.map((id) => ({ id, description: id, inputSchema: schema, outputSchema: schema })),
  }
  const { registerAgent } = await system.agent.data<{ registerAgent: { id: string } }>(
    'mutation ($input: RegisterAgentInput!) { registerAgent(input: $input) { id } }',
    { input },
    identity,
  )
  const { id } = registerAgent
  const asMe = async <T>(operation: string, variables: Record<string, unknown>): Promise<T> =>
    Object.values(await system.task.data<Record<string, T>>(operation, variables, identity))[0] as T
  const beat = async (): Promise<void> =>
    void (await system.agent.data(
      'mutation ($id: ID!) { heartbeat(agentId: $id, load: 0) { drain } }',
      { id },
      identity,
    ))
  await beat()
  return {
    id,
    identity,
    beat,
    take: (max = 1) =>
      asMe(
        `mutation ($max: Int!) { takeAssignments(max: $max) {
          id token attempt leaseExpiresAt feedback { id } directive { id } task { id input state }
        } }`,
        { max },
      ),
    start: ({ id, token }, plan) =>
      asMe(
        `mutation ($id: ID!, $token: String!, $plan: [String!]) {
          startAssignment(id: $id, token: $token, plan: $plan) ${HOLD}
        }`,
        { id, token, plan },
      ),
    hold: ({ id, token }, report = {}) =>
      asMe(
        `mutation ($id: ID!, $token: String!, $progress: Float, $message: String, $steps: [TraceStepInput!]) {
          holdAssignment(id: $id, token: $token, progress: $progress, message: $message, steps: $steps) ${HOLD}
        }`,
        { id, token, ...report },
      ),
    complete: ({ id, token }, result, trace) =>
      asMe(
        `mutation ($id: ID!, $token: String!, $result: JSON!, $trace: TraceInput) {
          completeAssignment(id: $id, token: $token, result: $result, trace: $trace) { id state }
        }`,
        { id, token, result, trace },
      ),
    fail: ({ id, token }, failure) =>
      asMe(
        `mutation ($id: ID!, $token: String!, $code: String!, $message: String!, $retryable: Boolean!) {
          failAssignment(id: $id, token: $token, code: $code, message: $message, retryable: $retryable) { id state }
        }`,
        { id, token, ...failure },
      ),
  }
}

export interface SeenTask {
  id: string
  state: string
  attempts: number
  result: unknown
  progress: number | null
  progressMessage: string | null
  reviewReason: string | null
  error: { code: string; message: string } | null
  directive: { id: string } | null
  agent: { id: string } | null
  compliance: { id: string } | null
  completedAt: string | null
}
const TASK = `id state attempts result progress progressMessage reviewReason error { code message } directive { id }
  agent { id } compliance { id } completedAt`

export const submit = async (
  system: System,
  type: string,
  options: Record<string, unknown> = {},
  identity: Partial<Identity> = {},
): Promise<SeenTask> => {
  const input = { type, input: { n: 1 }, ...options }
  const source = `mutation ($input: SubmitTaskInput!) { submitTask(input: $input) { ${TASK} } }`
  return (await system.task.data<{ submitTask: SeenTask }>(source, { input }, identity)).submitTask
}

export const see = async (system: System, id: string, identity: Partial<Identity> = {}): Promise<SeenTask> => {
  const data = await system.task.data<{ task: SeenTask }>(
    `query ($id: ID!) { task(id: $id) { ${TASK} } }`,
    { id },
    identity,
  )
  return data.task
}

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** The task, once it is in one of these states. Throws after 100 s. */
export const untilState = async (system: System, id: string, ...states: string[]): Promise<SeenTask> => {
  for (const begun = performance.now(); ; await wait(20)) {
    const task = await see(system, id)
    if (states.includes(task.state)) return task
    if (performance.now() - begun > 100_000)
      throw new Error(`${task.state} (${JSON.stringify(task.error)}), not ${states.join()}`)
  }
}

/** What the agent is lent, once there is something. Throws after 100 s. */
export const untilTaken = async (agent: WorkingAgent): Promise<Lent> => {
  for (const begun = performance.now(); ; await wait(20)) {
    // On a busy machine this may take longer than an agent may be silent.
    await agent.beat()
    const [lent] = await agent.take()
    if (lent) return lent
    if (performance.now() - begun > 100_000) throw new Error('nothing was lent')
  }
}

export interface SeenEvent {
  version: number
  type: string
  from: string | null
  to: string | null
  message: string | null
  data: Record<string, unknown> | null
}

/** What happened to a task, all of it: events get their positions a moment after their commit. */
export const eventsOf = async (system: System, id: string, identity: Partial<Identity> = {}): Promise<SeenEvent[]> => {
  const source = `query ($id: ID!) { task(id: $id) { events(first: 500) {
    nodes { version type from to message data } totalCount
  } } }`
  for (;;) {
    const { task } = await system.task.data<{ task: { events: { nodes: SeenEvent[]; totalCount: number } } }>(
      source,
      { id },
      identity,
    )
    if (task.events.nodes.length === task.events.totalCount) return task.events.nodes
    await wait(20)
  }
}
