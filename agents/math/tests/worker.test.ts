import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const SOLVE = new URL('../src/solve.ts', import.meta.url).href

describe('the worker', () => {
  it('loads its TypeScript also where tsx is the loader of the process, and lets the process end', async () => {
    const program = `
      import { solveMath } from ${JSON.stringify(SOLVE)}
      const { result } = await solveMath({ operation: 'evaluate', expression: '2^64' })
      console.log(result.answer)
    `
    const cwd = fileURLToPath(new URL('..', import.meta.url))
    const args = ['--import', 'tsx', '--input-type=module', '--eval', program]
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, timeout: 60_000 })
    expect(stdout.trim()).toBe('18446744073709551616')
  })
})
