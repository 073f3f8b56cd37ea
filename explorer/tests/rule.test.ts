import { describe, expect, it } from 'vitest'
import { checkInWords, phaseAndOnFail, ruleInWords } from '../src/ui/words/rule.ts'

describe('ruleInWords', () => {
  it('says what must hold, when it is looked at, and what happens otherwise', () => {
    const rule = { check: { kind: 'evidence', types: ['substitution'], min: 1 }, phase: 'RESULT', onFail: 'REJECT' }
    expect(ruleInWords(rule)).toEqual({
      must: 'The agent shows at least one piece of evidence: substitution.',
      when: 'Looked at when the result is in',
      otherwise: 'the task fails',
    })
  })

  it('uses the defaults of the contract where a rule names no phase and no consequence', () => {
    const words = ruleInWords({ check: { kind: 'budget', milliseconds: 10_000 } })
    expect(words).toMatchObject({ when: 'Looked at when the result is in', otherwise: 'the agent tries again' })
  })

  it('answers null for a belief without a rule', () => {
    expect(ruleInWords(null)).toBeNull()
  })
})

describe('checkInWords', () => {
  it.each([
    [{ kind: 'range', path: '/confidence', min: 0, max: 1 }, 'The result’s “confidence” is between 0 and 1.'],
    [{ kind: 'range', path: '/mass', max: 5, unit: 'kg' }, 'The result’s “mass” is at most 5 kg.'],
    [{ kind: 'range', path: '/a~1b/0', min: 2 }, 'The result’s “a/b › 0” is at least 2.'],
    [{ kind: 'regex', path: '', pattern: '^x', negate: true }, 'The result does not match the pattern ^x.'],
    [
      { kind: 'steps', require: ['verify'], forbid: ['guess', 'round'] },
      'The agent takes the step “verify”, and never takes “guess” or “round”.',
    ],
    [
      { kind: 'evidence', types: ['back-substitution', 'numeric'], min: 2 },
      'The agent shows at least 2 pieces of evidence: back substitution or numeric.',
    ],
    [{ kind: 'budget', milliseconds: 10_000, tokens: 5000 }, 'The task takes at most 10 seconds and 5,000 tokens.'],
    [{ kind: 'cel', expression: 'result.exact' }, 'This is true: result.exact'],
    [{ kind: 'judge', rubric: 'Is it kind?', threshold: 0.7 }, 'A judge gives at least 0.7 for: Is it kind?'],
    [
      {
        kind: 'schema',
        path: '/claims',
        schema: { type: 'array', minItems: 1, items: { type: 'object', required: ['text', 'source'] } },
      },
      'The result’s “claims” has the shape: a list of at least 1, each an object, with “text” and “source”.',
    ],
    [{ kind: 'schema', path: '/exact', schema: { const: true } }, 'The result’s “exact” has the shape: exactly true.'],
  ])('writes %j', (check, words) => {
    expect(checkInWords(check)).toBe(words)
  })

  it('names a kind that it does not know, and invents nothing', () => {
    expect(checkInWords({ kind: 'oracle' })).toBe('A check of the kind “oracle”.')
    // Told by its kind alone, as a language model wrote it.
    expect(checkInWords({ kind: 'regex' })).toBe('A check of the kind “regex”.')
    expect(checkInWords('nonsense')).toBe('A check that this page cannot read.')
  })
})

it('says a constraint’s phase and consequence in a few words', () => {
  expect(phaseAndOnFail('DURING', 'ESCALATE')).toBe('during the work, else escalated')
})
