import { readdirSync, readFileSync } from 'node:fs'
import { parse, parseAllDocuments } from 'yaml'
import { parseTemplate, type Partials, render } from './template.ts'
import type { Container } from './container.ts'

const CHART = new URL('../../helm/mothership/', import.meta.url)
const RELEASE = 'release'

interface EnvironmentVariable {
  name: string
  value?: string
  valueFrom?: { secretKeyRef?: { name: string; key: string; optional?: boolean }; fieldRef?: { fieldPath: string } }
}
interface Probe {
  httpGet?: { path: string; port: string }
}
interface PodContainer {
  name: string
  image: string
  command?: string[]
  env: EnvironmentVariable[]
  ports?: { name: string; containerPort: number }[]
  startupProbe?: Probe
  livenessProbe?: Probe
  readinessProbe?: Probe
}
interface Manifest {
  kind: string
  metadata: { name: string }
  stringData?: Record<string, string>
  spec: {
    template: { metadata: { labels: Record<string, string> }; spec: { containers: PodContainer[] } }
    selector: Record<string, string> & { matchLabels?: Record<string, string> }
    ports: { name: string; port: number; targetPort: string }[]
  }
}

const read = (path: string): string => readFileSync(new URL(path, CHART), 'utf8')

type Settings = { [key: string]: string | number | boolean | null | Settings }

const merge = (base: Settings, over: Settings): Settings => ({
  ...base,
  ...Object.fromEntries(
    Object.entries(over).map(([key, value]) => {
      const before = base[key]
      const isMap =
        !Array.isArray(value) &&
        typeof value === 'object' &&
        value !== null &&
        typeof before === 'object' &&
        before !== null
      return [key, isMap ? merge(before, value) : value]
    }),
  ),
})

/** What an installation has to set: a first one sets no agent secret and leaves the math agent off. */
export const GIVEN: Settings = {
  secrets: {
    identitySecret: 'x'.repeat(32),
    adminPassword: 'correct-horse',
    agentSecret: 'issued',
  },
  mathAgent: { enabled: true },
  postgresql: { password: 'postgres1' },
  redis: { password: 'redis1' },
}

/** Renders the chart with values over those of values.yaml. */
export const renderChart = (given: Settings): Manifest[] => {
  const values = merge(parse(read('values.yaml')) as Settings, given)
  const chart = parse(read('Chart.yaml')) as { appVersion: string }
  const root = {
    Values: values,
    Release: { Name: RELEASE, Service: 'Helm' },
    Chart: { AppVersion: chart.appVersion },
  }
  const partials: Partials = new Map()
  const files = readdirSync(new URL('templates/', CHART)).sort()
  const parsed = files.map((file) => ({ file, nodes: parseTemplate(read(`templates/${file}`), partials) }))
  return parsed
    .filter(({ file }) => file.endsWith('.yaml'))
    .flatMap(({ nodes }) => parseAllDocuments(render(nodes, { '.': root, $: root }, partials)))
    .map((document) => {
      if (document.errors[0]) throw document.errors[0]
      return document.toJS() as Manifest | null
    })
    .filter((manifest) => manifest !== null)
}

/** The containers of our own image in a rendered chart, with the values that they would be started with. */
export const containersOfChart = (manifests: readonly Manifest[]): Container[] =>
  manifests
    .filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')
    .flatMap((workload) => workload.spec.template.spec.containers.map((container) => ({ workload, container })))
    .filter(({ container }) => container.command?.includes('tsx') ?? false)
    .map(({ workload, container }) => ({
      name: container.name,
      host: hostOf(manifests, workload),
      image: container.image,
      command: container.command ?? [],
      environment: Object.fromEntries(
        container.env.flatMap((one) => {
          const value = valueOf(one, manifests, workload)
          return value === null ? [] : [[one.name, value]]
        }),
      ),
      ports: (container.ports ?? []).map(({ containerPort }) => containerPort),
      healthPaths: [container.startupProbe, container.livenessProbe, container.readinessProbe].flatMap((probe) =>
        probe?.httpGet ? [probe.httpGet.path] : [],
      ),
    }))

/** The images of a rendered chart. */
export const imagesOfChart = (manifests: readonly Manifest[]): string[] =>
  manifests.flatMap(({ kind, spec }) =>
    kind === 'Deployment' || kind === 'StatefulSet' ? spec.template.spec.containers.map(({ image }) => image) : [],
  )

/** The host under which others reach a workload: that of the Service which selects its pods and names its ports. */
const hostOf = (manifests: readonly Manifest[], workload: Manifest): string | null => {
  const { metadata, spec } = workload.spec.template
  const selects = (selector: Record<string, string>): boolean =>
    Object.entries(selector).every(([label, value]) => metadata.labels[label] === value)
  if (!selects(workload.spec.selector.matchLabels ?? {})) throw new Error(`${workload.metadata.name} selects no pod`)
  const service = manifests.find(({ kind, spec: of }) => kind === 'Service' && selects(of.selector))
  if (!service) return null
  const named = new Map(
    spec.containers.flatMap(({ ports = [] }) => ports.map((port) => [port.name, port.containerPort])),
  )
  for (const { port, targetPort } of service.spec.ports) {
    if (named.get(targetPort) !== port) throw new Error(`${service.metadata.name}: ${targetPort} is not ${port}`)
  }
  return service.metadata.name
}

/** Null: it is not set, for the Secret need not have it. */
const valueOf = (variable: EnvironmentVariable, manifests: readonly Manifest[], workload: Manifest): string | null => {
  const { value, valueFrom } = variable
  if (value !== undefined) return value
  if (valueFrom?.fieldRef) return `${workload.metadata.name}-0`
  const { name, key, optional = false } = valueFrom?.secretKeyRef ?? { name: '', key: '' }
  const secret = manifests.find(({ kind, metadata }) => kind === 'Secret' && metadata.name === name)
  const found = secret?.stringData?.[key]
  if (found === undefined && optional) return null
  if (found === undefined) throw new Error(`${variable.name}: the Secret ${name} has no ${key}`)
  return found
}
