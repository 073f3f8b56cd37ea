import { expect, it } from 'vitest'
import { createTurns } from '../src/turns.ts'

/** A read that answers how often it was begun, when it is let go. */
const reader = () => {
  let begun = 0
  const waiting: (() => void)[] = []
  const read = (): Promise<number> => {
    const number = ++begun
    return new Promise((resolve) => waiting.push(() => resolve(number)))
  }
  const letGo = async (): Promise<void> => {
    waiting.shift()?.()
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  return { read, letGo, begun: () => begun }
}

it('gives those who ask while a read runs the next one, together', async () => {
  const turn = createTurns()
  const { read, letGo, begun } = reader()
  const first = turn('a', read)
  const others = [turn('a', read), turn('a', read), turn('a', read)]
  expect(begun()).toBe(1)
  await letGo()
  expect(await first).toBe(1)
  const late = turn('a', read)
  await letGo()
  expect(await Promise.all(others)).toEqual([2, 2, 2])
  await letGo()
  expect(await late).toBe(3)
  expect(begun()).toBe(3)
})

it('keeps different reads apart, and begins anew after one that ended', async () => {
  const turn = createTurns()
  const { read, letGo, begun } = reader()
  const both = [turn('a', read), turn('b', read)]
  expect(begun()).toBe(2)
  await letGo()
  await letGo()
  await Promise.all(both)
  const again = turn('a', read)
  await letGo()
  expect(await again).toBe(3)
})

it('fails for those alone whose read failed', async () => {
  const turn = createTurns()
  const failing = turn('a', () => Promise.reject<number>(new Error('down')))
  const next = turn('a', async () => 7)
  await expect(failing).rejects.toThrow('down')
  expect(await next).toBe(7)
})
