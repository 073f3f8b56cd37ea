// What a clone needs before anything runs: dependencies, generated code, the built explorer. Each is made again only
// where what it is made from has changed. Plain Node: nothing is installed yet when this is loaded.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
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

/** Makes what is missing or out of date. `explorer: false` leaves the explorer unbuilt. Ends this process where it fails. */
export const prepare = async ({ explorer = true } = {}) => {
  assertNode()
  await step('dependencies', ['package-lock.json'], ['node_modules/tsx'], 'Installing dependencies', () =>
    npm(['ci', '--no-audit', '--no-fund', '--loglevel=error']),
  )
  const sources = ['prisma', 'codegen.ts', 'platform/src/auth.graphql', 'scripts/supergraph.ts', ...graphqlFiles()]
  await step(
    'generated',
    ['package-lock.json', ...sources],
    ['prisma/generated', 'gateway/generated'],
    'Generating code',
    () => node(['scripts/generate.mjs']),
  )
  if (!explorer) return
  await step(
    'explorer',
    ['package-lock.json', 'explorer', 'gateway/generated/api.graphql'],
    ['explorer/dist'],
    'Building the explorer',
    () => npm(['run', 'build', '-w', 'explorer', '--silent', '--', '--logLevel', 'warn']),
  )
}

const step = async (name, inputs, outputs, title, work) => {
  const mark = join(MARKS, name)
  const wanted = hashOf(inputs)
  const isMade = outputs.every((output) => existsSync(join(ROOT, output)))
  if (isMade && existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return
  const began = performance.now()
  console.log(`${title} ...`)
  await work()
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

const node = (args) => run(process.execPath, args)

const npm = (args) => {
  const cli = process.env.npm_execpath
  if (cli !== undefined) return run(process.execPath, [cli, ...args])
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args)
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']
/** Where there are process groups, what runs is one of its own: a signal to it reaches all that it has started. */
const HAS_GROUPS = process.platform !== 'win32'

/** Runs a program. What ends this process ends that as well, with all that it has started; where it fails this ends too. */
const run = (command, args) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], detached: HAS_GROUPS })
    const end = (signal) => {
      if (child.pid !== undefined) kill(child)
      process.exit(128 + constants.signals[signal])
    }
    const done = (status, why = '') => {
      for (const signal of SIGNALS) process.off(signal, end)
      if (status === 0) return resolve()
      console.error(`This failed: ${command} ${args.join(' ')}${why}`)
      process.exit(status ?? 1)
    }
    for (const signal of SIGNALS) process.on(signal, end)
    child.on('error', (error) => done(1, ` (${error.message})`))
    child.on('exit', (status) => done(status))
  })

const kill = (child) => {
  if (!HAS_GROUPS) return child.kill()
  try {
    process.kill(-child.pid, 'SIGTERM')
  } catch {
    // It has just ended.
  }
}
