import { describe, expect, it } from 'vitest'
import type { OnFail } from '../src/domain/terms.ts'
import { type Ruling, worstOf } from '../src/domain/verdict.ts'

const broken = (onFail: OnFail): Ruling => ({ kind: 'broken', onFail, message: 'Not met.' })
const unjudged: Ruling = { kind: 'unjudged', reason: 'Who knows.' }
const compliant: Ruling = { kind: 'compliant' }

describe('the worst of several reports', () => {
  it.each<[string, Ruling, Ruling]>([
    ['a broken one, not one that nobody could judge', broken('RETRY'), unjudged],
    ['one that nobody could judge, not a compliant one', unjudged, compliant],
    ['what rejects, not what asks a person', broken('REJECT'), broken('ESCALATE')],
    ['what rejects, not what asks for another attempt', broken('REJECT'), broken('RETRY')],
    ['what asks a person, not what asks for another attempt', broken('ESCALATE'), broken('RETRY')],
  ])('is %s, in whatever order they stand', (_, worse, better) => {
    for (const rulings of [
      [worse, better],
      [better, worse],
    ]) {
      expect(worstOf(rulings.map((ruling) => ({ ruling })))).toEqual({ ruling: worse })
    }
  })

  it('is the first of those that are as bad, and nothing where there is none', () => {
    const [first, second] = [
      { id: 'a', ruling: broken('RETRY') },
      { id: 'b', ruling: broken('RETRY') },
    ]
    expect(worstOf([first, second])).toBe(first)
    expect(worstOf([])).toBeUndefined()
  })
})
