import { appendFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { isAlive, start, waitUntil } from '../processes.ts'

const SCRIPTS = fileURLToPath(new URL('../../scripts', import.meta.url))

let clone: string
const put = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(clone, path)), { recursive: true })
  await writeFile(join(clone, path), text)
}
/** A program that notes that it ran, and makes folders. */
const making = (name: string, outputs: readonly string[]): string => `
  import { appendFileSync, existsSync, mkdirSync } from 'node:fs'
  appendFileSync(${JSON.stringify(join(clone, 'ran'))}, '${name} ')
  if (existsSync(${JSON.stringify(join(clone, 'broken'))})) process.exit(1)
  for (const path of ${JSON.stringify(outputs.map((path) => join(clone, path)))}) mkdirSync(path, { recursive: true })
`

// A clone as prepare.mjs sees it, with an npm and a generator that do nothing but leave what is expected of them.
beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), 'mothership-prepare-'))
  await mkdir(join(clone, 'scripts'))
  for (const name of ['prepare.mjs', 'parents.mjs', 'start.mjs']) {
    await cp(join(SCRIPTS, name), join(clone, 'scripts', name))
  }
  await put('package-lock.json', '{}')
  await put('prisma/models/a.prisma', 'model A {}')
  await put('subgraphs/a/schema.graphql', 'type Query { a: Int }')
  await put('npm.mjs', making('npm', ['node_modules/tsx']))
  await put('scripts/generate.mjs', making('generate', ['prisma/generated', 'gateway/generated']))
})
afterEach(() => rm(clone, { recursive: true, force: true }))

/** What it made, in order, and its exit code. */
const prepare = async (): Promise<{ ran: string[]; code: number | string }> => {
  await rm(join(clone, 'ran'), { force: true })
  const module = JSON.stringify(pathToFileURL(join(clone, 'scripts/prepare.mjs')).href)
  const code = `import(${module}).then(({ prepare }) => prepare({ explorer: false }))`
  const program = start(process.execPath, ['--eval', code], { npm_execpath: join(clone, 'npm.mjs') })
  const ended = await program.ended
  const ran = await readFile(join(clone, 'ran'), 'utf8').catch(() => '')
  return { ran: ran.split(' ').filter(Boolean), code: ended }
}

it('makes what a clone lacks, and again only what has changed', async () => {
  expect(await prepare()).toEqual({ ran: ['npm', 'generate'], code: 0 })
  expect(await prepare()).toEqual({ ran: [], code: 0 })
  await appendFile(join(clone, 'subgraphs/a/schema.graphql'), '# changed')
  expect(await prepare()).toEqual({ ran: ['generate'], code: 0 })
  await put('package-lock.json', '{ "changed": true }')
  expect(await prepare()).toEqual({ ran: ['npm', 'generate'], code: 0 })
  await rm(join(clone, 'gateway/generated'), { recursive: true })
  expect(await prepare()).toEqual({ ran: ['generate'], code: 0 })
  expect(await prepare()).toEqual({ ran: [], code: 0 })
})

it('ends where something cannot be made, and makes it the next time', async () => {
  expect((await prepare()).code).toBe(0)
  await put('prisma/models/a.prisma', 'model B {}')
  await put('broken', '')
  expect(await prepare()).toEqual({ ran: ['generate'], code: 1 })
  await rm(join(clone, 'broken'))
  expect(await prepare()).toEqual({ ran: ['generate'], code: 0 })
})

it.each(['SIGKILL', 'SIGTERM'] as const)('is ended with what it was at when npm gets %s', async (signal) => {
  const started = join(clone, 'started')
  const slow = `
    import { spawn } from 'node:child_process'
    import { writeFileSync } from 'node:fs'
    const { pid } = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'])
    writeFileSync(${JSON.stringify(started)}, process.pid + ' ' + pid)
    setInterval(() => {}, 1000)
  `
  await put('npm.mjs', slow)
  // As npm runs a script, by a shell; what comes after it keeps the shell from replacing itself.
  const shell = start('sh', ['-c', `${process.execPath} ${join(clone, 'scripts/start.mjs')}; exit $?`], {
    npm_lifecycle_event: 'start',
    npm_execpath: join(clone, 'npm.mjs'),
  })
  const pids = async (): Promise<number[]> => (await readFile(started, 'utf8')).split(' ').map(Number)
  await waitUntil(async () => (await pids()).length === 2, 'the dependencies are being installed')
  shell.process.kill(signal)
  await shell.ended
  const all = await pids()
  await waitUntil(async () => !all.some(isAlive), 'nothing of it runs any more')
})
