import { describe, expect, it } from 'vitest'
import { startPacer } from '../src/pacer.ts'
import { ManualClock, settle } from './manual-clock.ts'

const pace = (fails: () => boolean = () => false) => {
  const clock = new ManualClock()
  const sent: { at: number; value: number }[] = []
  const state = { value: 0 }
  const pacer = startPacer({
    minMilliseconds: 250,
    maxMilliseconds: () => 5_000,
    clock,
    send: async () => {
      if (fails()) throw new Error('away')
      sent.push({ at: clock.now(), value: state.value })
    },
  })
  const set = (value: number): void => {
    state.value = value
    pacer.touch()
  }
  return { clock, sent, pacer, set }
}

describe('a pacer', () => {
  it('sends at once, then at most 4 times a second, and always the last value', async () => {
    const { clock, sent, pacer, set } = pace()
    for (let value = 1; value <= 100; value++) {
      set(value)
      await clock.advance(10)
    }
    await clock.advance(1_000)
    expect(sent.map(({ at }) => at)).toEqual([0, 250, 500, 750, 1_000])
    expect(sent.at(-1)?.value).toBe(100)
    await pacer.stop()
  })

  it('sends where there is nothing new, so that a lease is kept', async () => {
    const { clock, sent, pacer } = pace()
    await clock.advance(20_000)
    const gaps = sent.map(({ at }, index) => at - (sent[index - 1]?.at ?? 0))
    expect(sent.length).toBeGreaterThanOrEqual(4)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(5_000)
    await pacer.stop()
  })

  it('tries again after a failure, with what is newest then', async () => {
    let isAway = true
    const { clock, sent, pacer, set } = pace(() => isAway)
    set(1)
    await clock.advance(100)
    expect(sent).toEqual([])
    set(2)
    isAway = false
    await clock.advance(5_000)
    expect(sent[0]?.value).toBe(2)
    await pacer.stop()
  })

  it('never sends two at a time, and nothing after it was stopped', async () => {
    const clock = new ManualClock()
    let running = 0
    let most = 0
    let finish: () => void = () => undefined
    const pacer = startPacer({
      minMilliseconds: 250,
      maxMilliseconds: () => 1_000,
      clock,
      send: async () => {
        most = Math.max(most, ++running)
        await new Promise<void>((resolve) => (finish = resolve))
        running -= 1
      },
    })
    pacer.touch()
    await clock.advance(3_000)
    pacer.touch()
    await clock.advance(3_000)
    expect(running).toBe(1)
    const stopping = pacer.stop()
    let hasStopped = false
    void stopping.then(() => (hasStopped = true))
    await settle()
    // What is on its way is waited for.
    expect(hasStopped).toBe(false)
    finish()
    await stopping
    pacer.touch()
    await clock.advance(10_000)
    expect(most).toBe(1)
    expect(running).toBe(0)
  })
})
