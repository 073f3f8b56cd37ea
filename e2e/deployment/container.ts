import { existsSync } from 'node:fs'
import { readMathEnvironment } from '../../agents/math/src/environment.ts'
import { gatewayEnvironment, parseGatewayEnvironment } from '../../gateway/src/environment.ts'
import { parseEnvironment, subgraphEnvironment } from '../../platform/src/environment.ts'
import { modelEnvironment, parseModelSettings } from '../../subgraphs/directive/src/environment.ts'
import { ontologyEnvironment, readEmbeddings } from '../../subgraphs/ontology/src/environment.ts'
import { readTaskSettings, taskEnvironment } from '../../subgraphs/task/src/environment.ts'

/** A container of our own image, as docker-compose.yml or the chart would start it. */
export interface Container {
  readonly name: string
  /** The name under which the others reach it; null where they do not. */
  readonly host: string | null
  readonly image: string
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** The ports that it is said to listen on. */
  readonly ports: readonly number[]
  readonly healthPaths: readonly string[]
}

const ROOT = new URL('../../', import.meta.url)
const SUBGRAPHS = ['ontology', 'directive', 'task', 'agent'] as const

const GATEWAY = 'gateway/src/main.ts'
export const MATH = 'agents/math/src/main.ts'
const mainOf = (subgraph: string): string => `subgraphs/${subgraph}/src/main.ts`
const DIRECTIVE = mainOf('directive')
const ONTOLOGY = mainOf('ontology')
const TASK = mainOf('task')
/** The files that containers run. */
export const MAINS: readonly string[] = [GATEWAY, ...SUBGRAPHS.map(mainOf), MATH]

export const mainFile = ({ command }: Container): string => command.at(-1) ?? ''
const isSubgraph = (main: string): boolean => main.startsWith('subgraphs/')

/** The variables that the math agent's environment is read from: what is asked for, while it is read. */
const mathVariables = (): string[] => {
  const asked = new Set<string>()
  const spy = new Proxy<Record<string, string>>({}, { get: (_, name) => void asked.add(String(name)) })
  readMathEnvironment(spy)
  return [...asked]
}

/** The variables that a process reads, by its file. */
export const variablesOf = (main: string): string[] => {
  if (main === GATEWAY) return Object.keys(gatewayEnvironment.shape)
  if (!isSubgraph(main)) return mathVariables()
  const own = { [ONTOLOGY]: ontologyEnvironment, [DIRECTIVE]: modelEnvironment, [TASK]: taskEnvironment }[main]
  return [...Object.keys(subgraphEnvironment.shape), ...Object.keys(own?.shape ?? {})]
}

/** Reads a container's environment as its process would. Throws what that would end with. */
const readAs = (main: string, environment: Container['environment']): void => {
  if (main === GATEWAY) {
    const { topology } = parseGatewayEnvironment(environment)
    if (topology.mode !== 'distributed') throw new Error('it would run everything in one process')
  } else if (isSubgraph(main)) {
    parseEnvironment(subgraphEnvironment, environment)
    if (main === DIRECTIVE) parseModelSettings(environment)
    if (main === ONTOLOGY) readEmbeddings(environment)
    if (main === TASK) readTaskSettings(environment)
  } else if (readMathEnvironment(environment).secret === undefined) {
    throw new Error('MOTHERSHIP_AGENT_SECRET is not set')
  }
}

/** All that is wrong with a container, compared with the code; `others` are those that it may call. */
export const problemsOf = (container: Container, others: readonly Container[]): string[] => [
  ...problemsOfCommand(container),
  ...problemsOfEnvironment(container),
  ...problemsOfPorts(container),
  ...problemsOfAddresses(container, others),
]

const problemsOfCommand = (container: Container): string[] => {
  const main = mainFile(container)
  const starts = ['node', '--import', 'tsx', main].every((word, at) => container.command[at] === word)
  return [
    ...(starts && container.command.length === 4 ? [] : [`its command is ${container.command.join(' ')}`]),
    ...(MAINS.includes(main) && existsSync(new URL(main, ROOT)) ? [] : [`there is no ${main}`]),
  ]
}

const problemsOfEnvironment = (container: Container): string[] => {
  const main = mainFile(container)
  const known = new Set(variablesOf(main))
  const unknown = Object.keys(container.environment).filter((name) => !known.has(name))
  try {
    readAs(main, container.environment)
    return unknown.map((name) => `${name} is no variable of ${main}`)
  } catch (error) {
    return [...unknown.map((name) => `${name} is no variable of ${main}`), String(error)]
  }
}

const problemsOfPorts = (container: Container): string[] => {
  const main = mainFile(container)
  const listensOn = Number(container.environment['PORT'])
  const wrong = container.ports.filter((port) => port !== listensOn).map((port) => `it does not listen on ${port}`)
  if (Number.isNaN(listensOn)) return [...wrong, 'PORT is not set']
  const usual = gatewayEnvironment.shape.PORT.parse(undefined)
  return main === GATEWAY && listensOn !== usual ? [...wrong, `PORT is ${listensOn}, not ${usual}`] : wrong
}

/** What each variable with an address leads to: a file that runs there, and the path that it serves. */
const ADDRESSES: Readonly<Record<string, { main: string; path: string }>> = {
  ONTOLOGY_URL: { main: mainOf('ontology'), path: '/graphql' },
  DIRECTIVE_URL: { main: mainOf('directive'), path: '/graphql' },
  TASK_URL: { main: mainOf('task'), path: '/graphql' },
  AGENT_URL: { main: mainOf('agent'), path: '/graphql' },
  MOTHERSHIP_URL: { main: GATEWAY, path: '/' },
}

const problemsOfAddresses = ({ environment }: Container, others: readonly Container[]): string[] =>
  Object.entries(ADDRESSES).flatMap(([name, { main, path }]) => {
    const given = environment[name]
    if (given === undefined || !URL.canParse(given)) return []
    const { hostname, port, pathname } = new URL(given)
    const there = others.find(({ host }) => host === hostname)
    if (!there) return [`${name}: nobody is at ${hostname}`]
    return [
      ...(mainFile(there) === main ? [] : [`${name}: at ${hostname} runs ${mainFile(there)}`]),
      ...(there.environment['PORT'] === port ? [] : [`${name}: ${hostname} does not listen on ${port}`]),
      ...(pathname === path ? [] : [`${name}: ${pathname} is not ${path}`]),
    ]
  })
