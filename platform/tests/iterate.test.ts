import { describe, expect, it } from 'vitest'
import { iteratePulls } from '../src/iterate.ts'

/** Brings 1, 2, 3 ... of which each waits until it is let go. */
const numbers = () => {
  let count = 0
  let atOnce = 0
  let isEnded = false
  let go: () => void = () => undefined
  const seen = { most: 0, ends: 0 }
  const pull = async (): Promise<IteratorResult<number>> => {
    seen.most = Math.max(seen.most, ++atOnce)
    if (!isEnded) await new Promise<void>((resolve) => (go = resolve))
    atOnce -= 1
    return isEnded ? { done: true, value: undefined } : { done: false, value: ++count }
  }
  const end = (): void => {
    seen.ends += 1
    isEnded = true
    go()
  }
  return { seen, iterator: iteratePulls(pull, end), go: () => go() }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('an iterator of pulls', () => {
  it('makes one pull at a time, in the order in which it was asked', async () => {
    const { seen, iterator, go } = numbers()
    const asked = [iterator.next(), iterator.next(), iterator.next()]
    for (const result of asked) {
      await turn()
      go()
      await result
    }
    expect(await Promise.all(asked)).toEqual([1, 2, 3].map((value) => ({ done: false, value })))
    expect(seen).toEqual({ most: 1, ends: 0 })
  })

  it('ends at once when it is returned, also while it waits', async () => {
    const { seen, iterator } = numbers()
    const [pending, behind] = [iterator.next(), iterator.next()]
    await turn()
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined })
    expect(await Promise.all([pending, behind])).toEqual([1, 2].map(() => ({ done: true, value: undefined })))
    expect(seen.ends).toBe(1)
  })

  it('ends what it stands on where a pull throws, and goes on to tell what a later one brings', async () => {
    let ends = 0
    const results = [Promise.reject(new Error('broken')), Promise.resolve({ done: true as const, value: undefined })]
    const iterator = iteratePulls<number>(
      () => results.shift()!,
      () => void (ends += 1),
    )
    const [broken, after] = [iterator.next(), iterator.next()]
    await expect(broken).rejects.toThrow('broken')
    expect(ends).toBe(1)
    expect(await after).toEqual({ done: true, value: undefined })
  })
})
