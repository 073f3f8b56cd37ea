// npm test: every suite, with nothing but Node. Stories in a browser run where a Chromium is found.
// npm run test:services: those that use them on the PostgreSQL and Redis of DATABASE_URL and REDIS_URL, in six processes.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { prepare, ROOT } from './prepare.mjs'

const isOnServices = process.argv.includes('--services')
const { DATABASE_URL, REDIS_URL, ...environment } = process.env
if (isOnServices && (!DATABASE_URL || !REDIS_URL)) {
  console.error('npm run test:services needs DATABASE_URL (PostgreSQL 16+ with pgvector) and REDIS_URL. Set both.')
  process.exit(1)
}
await prepare()

const SUITES = [
  ['units, stores and subgraphs', 'vitest.config.ts'],
  ['stories of the whole system', 'e2e/vitest.config.ts'],
]
// Neither touches PostgreSQL or Redis: on the services they would only run a second time.
const WITHOUT_SERVICES = ['agents/**', 'explorer/**']
/** So many characters of what a failed test says are told once more at the end. */
const MESSAGE = 1000
const folder = mkdtempSync(join(tmpdir(), 'mothership-tests-'))
const totals = { passed: 0, failed: 0 }
const failures = []
for (const [title, config] of SUITES) {
  const where = isOnServices ? 'PostgreSQL and Redis' : 'the embedded database'
  console.log(`\n${title}, on ${where}`)
  const report = join(folder, 'report.json')
  const { status } = spawnSync(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--config',
      config,
      ...(isOnServices ? WITHOUT_SERVICES.flatMap((pattern) => ['--exclude', pattern]) : []),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { cwd: ROOT, stdio: 'inherit', env: isOnServices ? process.env : environment },
  )
  const counted = read(report)
  totals.passed += counted.numPassedTests ?? 0
  // A file that does not load has no failed test: count it as one.
  const failed = (counted.numFailedTests ?? 0) + (counted.testResults ?? []).filter(isBroken).length
  totals.failed += status !== 0 && failed === 0 ? 1 : failed
  failures.push(...(counted.testResults ?? []).flatMap((file) => failuresOf(file, where)))
  if (status !== 0 && failed === 0) failures.push(`${title}, on ${where}: ended with ${status}, though no test failed`)
  rmSync(report, { force: true })
}
rmSync(folder, { recursive: true, force: true })
// Once more at the end, where who sees only the last lines finds them.
if (failures.length > 0) console.log(`\n${failures.map((failure) => `FAILED ${failure}`).join('\n')}`)
console.log(`\n${totals.passed} passed, ${totals.failed} failed`)
process.exit(totals.failed > 0 || totals.passed === 0 ? 1 : 0)

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return {}
  }
}

function isBroken(file) {
  return file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed')
}

/** A line for each test that failed, or for the file where it did not load. */
function failuresOf(file, where) {
  const path = relative(ROOT, file.name)
  // Vitest's report has this name in place of the message of a test that timed out.
  const told = (message) =>
    stripVTControlCharacters(message).replace('STACK_TRACE_ERROR', 'timed out').slice(0, MESSAGE)
  const line = (name, message) => `${path}, on ${where}${name}: ${told(message)}`
  if (isBroken(file)) return [line('', file.message ?? '').replaceAll('\n', ' | ')]
  return file.assertionResults
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages }) => line(` > ${fullName}`, failureMessages.join('\n')).replaceAll('\n', ' | '))
}
