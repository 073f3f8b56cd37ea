// npm run check: format, lint, types, architecture, unused code, and the supergraph as it is committed.
import { spawnSync } from 'node:child_process'
import { prepare, ROOT } from './prepare.mjs'

await prepare({ explorer: false })

const CHECKS = [
  ['format', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']],
  ['lint', ['node_modules/eslint/bin/eslint.js', '--max-warnings', '0', '.']],
  ['types', ['node_modules/typescript/bin/tsc', '--noEmit']],
  ['types of the explorer', ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'explorer']],
  ['architecture', ['scripts/architecture.mjs']],
  ['unused code', ['node_modules/knip/bin/knip.js', '--no-progress']],
  ['supergraph', ['--import', 'tsx', 'scripts/supergraph.ts', '--check']],
]

const failed = CHECKS.filter(([name, args]) => {
  const began = performance.now()
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' })
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - began) / 1000).toFixed(1)} s)`)
  return status !== 0
})
if (failed.length > 0) {
  console.error(`These checks failed: ${failed.map(([name]) => name).join(', ')}`)
  process.exit(1)
}
