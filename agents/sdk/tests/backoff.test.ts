import { describe, expect, it } from 'vitest'
import { backoff, persist } from '../src/backoff.ts'
import { MothershipFault } from '../src/failure.ts'
import { ManualClock } from './manual-clock.ts'

describe('the back-off', () => {
  it('doubles its ceiling up to 5 seconds', () => {
    expect([0, 1, 2, 3, 4, 5, 50, 5_000].map((attempt) => backoff(attempt, () => 1))).toEqual([
      200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000,
    ])
  })
  it('has full jitter: any time from none to the ceiling', () => {
    expect(backoff(3, () => 0)).toBe(0)
    expect(backoff(3, () => 0.25)).toBe(400)
  })
})

describe('persisting', () => {
  const away = new MothershipFault('NETWORK', 'away')
  const signal = new AbortController().signal

  it('goes on until it is answered', async () => {
    const clock = new ManualClock()
    let calls = 0
    const seen: unknown[] = []
    const answered = persist(
      async () => {
        if (++calls < 10) throw away
        return 'answer'
      },
      { clock, signal, onFailure: (error) => seen.push(error) },
    )
    await clock.advance(60_000)
    expect(await answered).toBe('answer')
    expect(seen).toHaveLength(9)
  })
  it('ends with what will not pass', async () => {
    const stale = new MothershipFault('STALE_ASSIGNMENT', 'over')
    await expect(persist(() => Promise.reject(stale), { clock: new ManualClock(), signal })).rejects.toBe(stale)
  })
  it('ends with a passing failure where it is told to stop', async () => {
    const clock = new ManualClock()
    const stopping = new AbortController()
    const ended = persist(() => Promise.reject(away), { clock, signal: stopping.signal })
    const expected = expect(ended).rejects.toBe(away)
    await clock.advance(1_000)
    stopping.abort()
    await expected
  })
})
