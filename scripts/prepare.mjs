// What a clone needs before anything runs: dependencies, generated code, the built explorer. Each is made again only
// where what it is made from has changed. Plain Node: nothing is installed yet when this is loaded.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))
const MARKS = join(ROOT, 'node_modules', '.mothership')
const IGNORED = new Set(['node_modules', 'generated', 'dist', 'tests', '.git'])

/** Ends this process with one line where Node is too old. */
export const assertNode = () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  console.error(`Mothership needs Node 20.19 or newer; this is ${process.versions.node}. Install a newer one.`)
  process.exit(1)
}

/** Makes what is missing or out of date. `explorer: false` leaves the explorer unbuilt. */
export const prepare = ({ explorer = true } = {}) => {
  assertNode()
  step('dependencies', ['package-lock.json'], ['node_modules/tsx'], 'Installing dependencies', () =>
    npm(['ci', '--no-audit', '--no-fund', '--loglevel=error']),
  )
  const sources = ['prisma', 'codegen.ts', 'platform/src/auth.graphql', 'scripts/supergraph.ts', ...graphqlFiles()]
  step(
    'generated',
    ['package-lock.json', ...sources],
    ['prisma/generated', 'gateway/generated'],
    'Generating code',
    () => node(['scripts/generate.mjs']),
  )
  if (!explorer) return
  step(
    'explorer',
    ['package-lock.json', 'explorer', 'gateway/generated/api.graphql'],
    ['explorer/dist'],
    'Building the explorer',
    () => npm(['run', 'build', '-w', 'explorer', '--silent', '--', '--logLevel', 'warn']),
  )
}

const step = (name, inputs, outputs, title, work) => {
  const mark = join(MARKS, name)
  const wanted = hashOf(inputs)
  const isMade = outputs.every((output) => existsSync(join(ROOT, output)))
  if (isMade && existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return
  const began = performance.now()
  console.log(`${title} ...`)
  work()
  mkdirSync(MARKS, { recursive: true })
  // Taken again: installing writes nothing that is hashed, but a build may format what it reads.
  writeFileSync(mark, wanted)
  console.log(`${title}: done in ${((performance.now() - began) / 1000).toFixed(1)} s`)
}

const filesBelow = (path) => {
  const full = join(ROOT, path)
  if (!existsSync(full)) return []
  if (statSync(full).isFile()) return [path]
  return readdirSync(full, { withFileTypes: true })
    .filter((entry) => !IGNORED.has(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => filesBelow(`${path}/${entry.name}`))
}

const graphqlFiles = () =>
  ['subgraphs', 'gateway', 'agents', 'explorer']
    .flatMap(filesBelow)
    .filter(
      (path) => path.endsWith('.graphql') || path.endsWith('codegen.mappers.json') || path.endsWith('codegen.entry.ts'),
    )

const hashOf = (paths) => {
  const hash = createHash('sha256').update(process.version)
  for (const path of paths.flatMap(filesBelow)) hash.update(path).update(readFileSync(join(ROOT, path)))
  return hash.digest('hex')
}

/** Runs Node on local code; ends this process where it fails. */
export const node = (args, env = {}) => run(process.execPath, args, env)

const npm = (args) => {
  const cli = process.env.npm_execpath
  if (cli !== undefined) return run(process.execPath, [cli, ...args])
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args)
}

const run = (command, args, env = {}) => {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } })
  if (status === 0) return
  console.error(`This failed: ${command} ${args.join(' ')}${error ? ` (${error.message})` : ''}`)
  process.exit(status ?? 1)
}
