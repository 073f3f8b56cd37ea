import { describe, expect, it } from 'vitest'
import { createPlaces, type Leave } from '../src/places.ts'
import { sleep } from '../src/time.ts'

const taken = (leave: Leave | null): Leave => {
  if (!leave) throw new Error('there was no place')
  return leave
}

describe('places', () => {
  it('are as many as were made, and can be taken again', () => {
    const places = createPlaces(2)
    const first = taken(places.tryTake())
    taken(places.tryTake())
    expect(places.tryTake()).toBeNull()
    first()
    taken(places.tryTake())
    expect(places.tryTake()).toBeNull()
  })

  it('do not grow when one is given back twice', () => {
    const places = createPlaces(1)
    const first = taken(places.tryTake())
    first()
    first()
    taken(places.tryTake())
    expect(places.tryTake()).toBeNull()
  })

  it('go to those who wait, in the order of asking', async () => {
    const places = createPlaces(1)
    const first = taken(places.tryTake())
    const order: string[] = []
    const wait = async (name: string): Promise<void> => {
      const leave = taken(await places.take({ waitMilliseconds: 10_000 }))
      order.push(name)
      await sleep(5)
      leave()
    }
    const waiting = [wait('a'), wait('b'), wait('c')]
    await sleep(20)
    expect(order).toEqual([])
    first()
    expect(places.tryTake()).toBeNull()
    await Promise.all(waiting)
    expect(order).toEqual(['a', 'b', 'c'])
    taken(places.tryTake())
  })

  it('are not kept for who has waited long enough', async () => {
    const places = createPlaces(1)
    const first = taken(places.tryTake())
    expect(await places.take({ waitMilliseconds: 10 })).toBeNull()
    first()
    taken(places.tryTake())
  })
})
