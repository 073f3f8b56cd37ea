import { afterEach, describe, expect, it } from 'vitest'
import { startProcess, type TestProcess } from './fixture/process.ts'

const programs: TestProcess[] = []
afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.end('SIGKILL')))
})

const start = (phase: 'starting' | 'running' | 'hanging'): TestProcess => {
  const program = startProcess(new URL('fixture/end-by-signal.ts', import.meta.url), { arguments: [phase] })
  programs.push(program)
  return program
}
const says = (program: TestProcess, line: string) =>
  program.says((written) => written.split('\n').includes(line) || null)

describe('a process', () => {
  it('takes two signals at once for one, and ends through its disposer', async () => {
    const program = start('running')
    await says(program, 'runs')
    // Of two of a kind the system may deliver one.
    process.kill(program.pid, 'SIGINT')
    process.kill(program.pid, 'SIGTERM')
    expect(await program.ended()).toBe(0)
    expect(program.written()).toBe('runs\nends\nhas ended\n')
  })

  it('ends through its disposer where the signal comes before it has started', async () => {
    const program = start('starting')
    await says(program, 'starts')
    expect(await program.end('SIGINT')).toBe(0)
    expect(program.written()).toMatch(/^starts\nends\n(runs\n)?has ended\n$/)
  })

  it('ends at once by a SIGINT of who does not want to wait, and by no second SIGTERM', async () => {
    const program = start('hanging')
    await says(program, 'runs')
    process.kill(program.pid, 'SIGINT')
    await says(program, 'ends')
    await new Promise((resolve) => setTimeout(resolve, 1500))
    // That of the watch over parents, say, when npm is gone before.
    process.kill(program.pid, 'SIGTERM')
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(await program.end('SIGINT')).toBe(130)
    expect(program.written()).not.toContain('has ended')
  })
})
