import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveHealth } from '../../agents/math/src/health.ts'
import { createHttpServer } from '../../platform/src/http.ts'
import { createLogger, createMetrics } from '../../platform/src/telemetry.ts'
import { containersOfChart, GIVEN as CHART_VALUES, imagesOfChart, renderChart } from './chart.ts'
import { containersOfCompose, GIVEN as COMPOSE_VARIABLES, imagesOfCompose, readCompose } from './compose.ts'
import { type Container, mainFile, MAINS, MATH, problemsOf } from './container.ts'
import { freePort } from '../processes.ts'

const ROOT = new URL('../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8')

const compose = readCompose(COMPOSE_VARIABLES)
const chart = renderChart(CHART_VALUES)

let server: ReturnType<typeof createHttpServer>
let agentAddress: string
beforeAll(async () => {
  const logger = createLogger({ name: 'deployment', level: 'silent' })
  server = createHttpServer({ logger, metrics: createMetrics(), ready: async () => null })
  const port = await freePort()
  // It has nothing to end it by, for the agent serves it as long as it lives: it ends with this test's process.
  await serveHealth(port, () => true)
  agentAddress = `http://127.0.0.1:${port}`
})
afterAll(() => server.close())

/** The status with which the code of a container answers. */
const statusOf = async (container: Container, path: string): Promise<number> =>
  mainFile(container) === MATH
    ? (await fetch(new URL(path, agentAddress))).status
    : (await server.inject({ url: path })).statusCode

describe.each([
  { file: 'docker-compose.yml', containers: containersOfCompose(compose), images: imagesOfCompose(compose) },
  { file: 'helm/mothership', containers: containersOfChart(chart), images: imagesOfChart(chart) },
])('$file', ({ containers, images }) => {
  const find = (name: string): Container => {
    const found = containers.find((container) => container.name === name)
    if (!found) throw new Error(`there is no container ${name}`)
    return found
  }
  const problemsWith = (name: string, change: Partial<Container>): string[] =>
    problemsOf({ ...find(name), ...change }, containers)

  it('runs the gateway, the four subgraphs and the math agent, once each', () => {
    expect(containers.map(({ command }) => command.at(-1)).sort()).toEqual([...MAINS].sort())
  })

  it('starts them with files, variables, ports and addresses that the code has', () => {
    for (const container of containers)
      expect({ [container.name]: problemsOf(container, containers) }).toEqual({ [container.name]: [] })
  })

  it('asks for health at paths that are served', async () => {
    for (const container of containers) {
      expect(container.healthPaths.length, container.name).toBeGreaterThan(0)
      for (const path of container.healthPaths) {
        expect(await statusOf(container, path), `${container.name} ${path}`).toBe(200)
      }
      expect(await statusOf(container, '/healthz')).toBe(404)
    }
  })

  it('names the version of every image', () => {
    for (const image of images) expect(image).toMatch(/^[\w./-]+:[\w.-]*\d[\w.-]*$/)
  })

  it('is found out where a variable is unknown', () => {
    const { environment } = find('task')
    expect(problemsWith('task', { environment: { ...environment, DATABASE_URI: 'x' } })).toEqual([
      'DATABASE_URI is no variable of subgraphs/task/src/main.ts',
    ])
    const math = find('math').environment
    expect(problemsWith('math', { environment: { ...math, AGENT_SECRET: 'x' } })).toEqual([
      'AGENT_SECRET is no variable of agents/math/src/main.ts',
    ])
  })

  it('is found out where a variable is missing or malformed', () => {
    const { REDIS_URL: _, ...environment } = find('gateway').environment
    expect(problemsWith('gateway', { environment }).join()).toContain('REDIS_URL')
    const malformed = { ...find('ontology').environment, DATABASE_URL: 'mysql://x' }
    expect(problemsWith('ontology', { environment: malformed }).join()).toContain('DATABASE_URL')
  })

  it('is found out where a port or an address is wrong', () => {
    const { environment, host } = find('agent')
    expect(problemsWith('agent', { ports: [4005] })).toEqual(['it does not listen on 4005'])
    const elsewhere = { ...environment, TASK_URL: `http://${host ?? ''}:4003/graphql` }
    expect(problemsWith('agent', { environment: elsewhere })).toEqual([
      `TASK_URL: at ${host ?? ''} runs subgraphs/agent/src/main.ts`,
      `TASK_URL: ${host ?? ''} does not listen on 4003`,
    ])
  })

  it('is found out where a file is not there', () => {
    const command = ['node', '--import', 'tsx', 'subgraphs/tasks/src/main.ts']
    expect(problemsWith('task', { command })).toContain('there is no subgraphs/tasks/src/main.ts')
  })
})

describe('a provider of embeddings', () => {
  const asked = { MOTHERSHIP_EMBEDDINGS: 'openai', OPENAI_API_KEY: 'sk-of-the-test', OPENAI_BASE_URL: '' }
  const environmentOf = (containers: readonly Container[], name: string) =>
    containers.find((container) => container.name === name)?.environment ?? {}

  it('is asked by the ontology alone, of docker-compose.yml with a key in .env', () => {
    const containers = containersOfCompose(readCompose({ ...COMPOSE_VARIABLES, ...asked }))
    expect(environmentOf(containers, 'ontology')).toMatchObject(asked)
    for (const container of containers) expect(problemsOf(container, containers)).toEqual([])
    expect(JSON.stringify(environmentOf(containers, 'gateway'))).not.toContain('sk-of-the-test')
  })

  it('is asked by the ontology alone, of the chart with a key in the Secret, which it needs', () => {
    const embeddings = { model: 'openai' }
    const secrets = { ...(CHART_VALUES['secrets'] as object), openaiApiKey: 'sk-of-the-test' }
    const manifests = renderChart({ ...CHART_VALUES, embeddings, secrets })
    const containers = containersOfChart(manifests)
    expect(environmentOf(containers, 'ontology')).toMatchObject(asked)
    for (const container of containers) expect(problemsOf(container, containers)).toEqual([])
    expect(JSON.stringify(manifests.filter(({ kind }) => kind !== 'Secret'))).not.toContain('sk-of-the-test')
    const without = containersOfChart(renderChart({ ...CHART_VALUES, embeddings }))
    const ontology = without.find(({ name }) => name === 'ontology') as Container
    expect(problemsOf(ontology, without).join()).toContain('OPENAI_API_KEY: must be set')
  })
})

describe('a proxy in front of the gateway', () => {
  const network = '10.244.0.0/16'

  it.each([
    [
      'docker-compose.yml',
      () => containersOfCompose(readCompose({ ...COMPOSE_VARIABLES, MOTHERSHIP_TRUSTED_PROXIES: network })),
    ],
    ['the chart', () => containersOfChart(renderChart({ ...CHART_VALUES, gateway: { trustedProxies: network } }))],
  ])('is trusted where %s is told of it', (_, render) => {
    const containers = render()
    const gateway = containers.find(({ name }) => name === 'gateway') as Container
    expect(gateway.environment['MOTHERSHIP_TRUSTED_PROXIES']).toBe(network)
    expect(problemsOf(gateway, containers)).toEqual([])
  })
})

describe('the bound on unfinished tasks', () => {
  const subgraphs = { task: { unfinishedTasks: 77 } }

  it.each([
    [
      'docker-compose.yml',
      () => containersOfCompose(readCompose({ ...COMPOSE_VARIABLES, MOTHERSHIP_UNFINISHED_TASKS: '77' })),
    ],
    ['helm/mothership', () => containersOfChart(renderChart({ ...CHART_VALUES, subgraphs }))],
  ])('of %s reaches the task subgraph alone', (_file, render) => {
    const containers = render()
    for (const container of containers) {
      expect(problemsOf(container, containers)).toEqual([])
      const expected = container.name === 'task' ? '77' : undefined
      expect(container.environment['MOTHERSHIP_UNFINISHED_TASKS']).toBe(expected)
    }
  })
})

describe('docker-compose.yml', () => {
  it('starts nothing without its secrets', () => {
    for (const name of ['POSTGRES_PASSWORD', 'MOTHERSHIP_IDENTITY_SECRET', 'MOTHERSHIP_ADMIN_PASSWORD']) {
      expect(() => readCompose({ ...COMPOSE_VARIABLES, [name]: '' })).toThrow(name)
    }
  })
})

describe('the language models', () => {
  const environment = { MOTHERSHIP_MODELS: 'google:gemini-2.5-flash,anthropic:claude-haiku-4-5' }
  const keys = { ANTHROPIC_API_KEY: 'a-key', GOOGLE_API_KEY: 'another' }
  const secrets = { ...(CHART_VALUES['secrets'] as object), anthropicApiKey: 'a-key', googleApiKey: 'another' }
  const values = { ...CHART_VALUES, models: { environment }, secrets }

  it.each([
    ['docker-compose.yml', () => containersOfCompose(readCompose({ ...COMPOSE_VARIABLES, ...environment, ...keys }))],
    ['helm/mothership', () => containersOfChart(renderChart(values))],
  ])('of %s reach the directive subgraph, and who asks no model has no key', (_file, render) => {
    const containers = render()
    for (const container of containers) {
      expect(problemsOf(container, containers)).toEqual([])
      if (container.name === 'directive') expect(container.environment).toMatchObject({ ...keys, ...environment })
      else expect(Object.keys(container.environment)).not.toContain('ANTHROPIC_API_KEY')
    }
  })

  it('of a chart take their keys from the Secret, and one that is missing is found out', () => {
    const manifests = renderChart(values)
    const secret = manifests.find(({ kind }) => kind === 'Secret')
    expect(secret?.stringData).toMatchObject({ 'anthropic-api-key': 'a-key', 'google-api-key': 'another' })
    const keyless = containersOfChart(renderChart({ ...CHART_VALUES, models: { environment } }))
    const directive = keyless.find(({ name }) => name === 'directive')
    expect(directive && problemsOf(directive, keyless).join()).toContain('ANTHROPIC_API_KEY: must be set')
  })
})

describe('helm/mothership', () => {
  it('renders nothing without its secrets', () => {
    expect(() => renderChart({})).toThrow('secrets.identitySecret')
    expect(() => renderChart({ ...CHART_VALUES, postgresql: { password: '' } })).toThrow('postgresql.password')
  })

  it('takes a database and a Redis of your own instead of the built-in ones', () => {
    const databaseUrl = 'postgresql://me@db.example.org:5432/mothership'
    const manifests = renderChart({
      ...CHART_VALUES,
      postgresql: { enabled: false, externalUrl: databaseUrl },
      redis: { enabled: false, externalUrl: 'rediss://cache.example.org:6380' },
    })
    const containers = containersOfChart(manifests)
    expect(imagesOfChart(manifests)).toHaveLength(containers.length)
    for (const container of containers) expect(problemsOf(container, containers)).toEqual([])
    expect(containers.find(({ name }) => name === 'task')?.environment['DATABASE_URL']).toBe(databaseUrl)
  })

  it('leaves the math agent off until its credential is there', () => {
    const { mathAgent: _, ...first } = CHART_VALUES
    expect(containersOfChart(renderChart(first)).map(({ name }) => name)).not.toContain('math')
  })
})

describe('Dockerfile', () => {
  const dockerfile = read('Dockerfile')

  it('copies the manifest of every workspace, or npm ci would refuse the lock file', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, unknown> }
    const folders = Object.keys(packages).filter((path) => path !== '' && !path.includes('node_modules'))
    expect(folders.length).toBeGreaterThan(8)
    for (const folder of folders) expect(dockerfile).toContain(`COPY ${folder}/package.json ${folder}/\n`)
  })

  it('runs a Node that package.json allows, without rights', () => {
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } }
    const [, wanted] = /(\d+)\./.exec(engines.node) ?? []
    const stages = [...dockerfile.matchAll(/^FROM (node\S+)/gm)].map(([, image]) => image)
    expect(new Set(stages)).toEqual(new Set([`node:${wanted ?? ''}-slim`]))
    expect(dockerfile).toMatch(/^USER node$/m)
  })
})
