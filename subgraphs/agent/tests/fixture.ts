import type { Identity } from '@mothership/platform/identity'
import type { TestSubgraph } from '@mothership/platform/testing'

/** A skill that any text fits. */
export const SHOUT = {
  id: 'text.shout',
  description: 'Says it louder.',
  inputSchema: {
    type: 'object',
    required: ['text'],
    properties: { text: { type: 'string' }, bang: { type: 'boolean' } },
  },
  outputSchema: { type: 'object' },
}

export const REGISTER = `mutation ($input: RegisterAgentInput!) {
  registerAgent(input: $input) { id name version instance state restarts concurrency config skills { id inputSchema } }
}`

export interface RegisteredAgent {
  id: string
  name: string
  version: string
  instance: string
  state: string
  restarts: number
  concurrency: number
  config: unknown
  skills: { id: string; inputSchema: unknown }[]
}

/** The identity that a token of this credential gives. */
export const asAgent = (credentialId: string, instance?: string): Partial<Identity> => ({
  role: 'AGENT',
  subject: credentialId,
  name: 'agent',
  ...(instance !== undefined && { instance }),
})

export const issueCredential = async (agents: TestSubgraph, name = 'shouter') => {
  const source = 'mutation ($name: String!) { issueAgentCredential(name: $name) { id name secret } }'
  const data = await agents.data<{ issueAgentCredential: { id: string; name: string; secret: string } }>(source, {
    name,
  })
  return data.issueAgentCredential
}

export const register = async (
  agents: TestSubgraph,
  credentialId: string,
  input: Record<string, unknown> = {},
): Promise<RegisteredAgent> => {
  const { registerAgent } = await agents.data<{ registerAgent: RegisteredAgent }>(
    REGISTER,
    { input: { name: 'shout', version: '1.0.0', instance: 'one', skills: [SHOUT], ...input } },
    asAgent(credentialId),
  )
  return registerAgent
}

export interface Hold {
  drain: boolean
  restart: boolean
  config: unknown
}

export const beat = async (agents: TestSubgraph, agentId: string, credentialId: string, load = 0): Promise<Hold> => {
  const source = 'mutation ($id: ID!, $load: Float!) { heartbeat(agentId: $id, load: $load) { drain restart config } }'
  return (await agents.data<{ heartbeat: Hold }>(source, { id: agentId, load }, asAgent(credentialId))).heartbeat
}

/** A registered agent that has sent its first heartbeat, under a credential of its own. */
export const runningAgent = async (agents: TestSubgraph, input: Record<string, unknown> = {}) => {
  const credential = await issueCredential(agents)
  const agent = await register(agents, credential.id, input)
  await beat(agents, agent.id, credential.id)
  return { agent, credential }
}

export const stateOf = async (agents: TestSubgraph, id: string): Promise<string | undefined> => {
  const source = 'query ($id: ID!) { agent(id: $id) { state } }'
  return (await agents.data<{ agent: { state: string } | null }>(source, { id })).agent?.state
}

export const codeOf = async (
  agents: TestSubgraph,
  source: string,
  variables: Record<string, unknown>,
  identity?: Partial<Identity>,
): Promise<unknown> => (await agents.query(source, variables, identity)).errors?.[0]?.extensions['code']

/** Makes an agent look as if it had been silent for so long. */
export const silence = (agents: TestSubgraph, id: string, seconds: number): Promise<unknown> =>
  agents.runtime.database.query(
    `update agent.agent set last_seen_at = clock_timestamp() - $2 * interval '1 second' where id = $1::uuid`,
    [id, seconds],
  )
