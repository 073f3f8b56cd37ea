import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isPointer, pointerOf, resolvePointer, segmentsOf } from '../src/domain/pointer.ts'
import { validateRules } from '../src/domain/validate-rules.ts'
import { slowSchema } from './slow-schema.ts'

const steps = { kind: 'steps', require: ['verify'] }

describe('a rule', () => {
  it('that takes too long to compile is refused', () => {
    const check = { kind: 'schema', path: '', schema: slowSchema() }
    expect(validateRules([{ check }, { check: steps }])).toMatchObject([
      { index: 0, path: '/check', message: expect.stringMatching(/more than 1000 ms to compile/) as string },
    ])
  })

  it('whose schema has more parts than can be compiled is refused', () => {
    const patterns = Array.from({ length: 6000 }, (_, place) => [`${place}`, true])
    const check = { kind: 'schema', path: '', schema: { patternProperties: Object.fromEntries(patterns) as object } }
    expect(validateRules([{ check }])).toMatchObject([
      { path: '/check/schema', message: expect.stringMatching(/too many parts/) as string },
    ])
  })

  const good: [string, unknown][] = [
    ['a check alone', { check: steps }],
    ['all of it', { check: steps, phase: 'PLAN', onFail: 'ESCALATE' }],
    ['a schema', { check: { kind: 'schema', path: '', schema: { type: 'object' } } }],
    ['a budget on the way', { check: { kind: 'budget', milliseconds: 1 }, phase: 'DURING' }],
    ['a budget of money', { check: { kind: 'budget', usd: 1, tokens: 1 } }],
    ['evidence without a number', { check: { kind: 'evidence', types: ['proof'] } }],
    ['a judge', { check: { kind: 'judge', rubric: 'Is it kind?', threshold: 0.7 } }],
  ]
  it.each(good)('is taken: %s', (_what, rule) => {
    expect(validateRules([rule])).toEqual([])
  })

  const bad: [string, unknown, string, RegExp][] = [
    ['text', 'be good', '', /object/i],
    ['null', null, '', /object/i],
    ['no check', {}, '/check', /./],
    ['an unknown kind', { check: { kind: 'magic' } }, '/check/kind', /./],
    ['a misspelt key', { check: { kind: 'regex', path: '', pattern: 'a', negated: true } }, '/check', /negated/],
    ['a key beside the check', { check: steps, fase: 'PLAN' }, '', /fase/],
    [
      'a path that is no pointer',
      { check: { kind: 'regex', path: 'a.b', pattern: 'a' } },
      '/check/path',
      /JSON Pointer/,
    ],
    ['a range without ends', { check: { kind: 'range', path: '' } }, '/check', /"min", "max"/],
    [
      'a range upside down',
      { check: { kind: 'range', path: '', min: 5, max: 3 } },
      '/check',
      /"max" \(3\) is below "min" \(5\)/,
    ],
    ['a range that is not finite', { check: { kind: 'range', path: '', min: 'low' } }, '/check/min', /number/],
    ['steps that name none', { check: { kind: 'steps' } }, '/check', /at least one/],
    [
      'a step that is required and forbidden',
      { check: { kind: 'steps', require: ['a'], forbid: ['a'] } },
      '/check',
      /same step/,
    ],
    ['a budget of nothing', { check: { kind: 'budget' } }, '/check', /milliseconds/],
    [
      'a budget of tokens on the way',
      { check: { kind: 'budget', milliseconds: 1, tokens: 1 }, phase: 'DURING' },
      '/check/tokens',
      /phase RESULT/,
    ],
    [
      'a budget of money on the way',
      { check: { kind: 'budget', usd: 1 }, phase: 'DURING' },
      '/check/usd',
      /phase RESULT/,
    ],
    ['a negative budget', { check: { kind: 'budget', usd: -1 } }, '/check/usd', /./],
    ['a threshold beyond 1', { check: { kind: 'judge', rubric: 'a', threshold: 2 } }, '/check/threshold', /./],
    [
      'a schema in PLAN',
      { check: { kind: 'schema', path: '', schema: {} }, phase: 'PLAN' },
      '/phase',
      /nothing to look at in PLAN/,
    ],
    [
      'a judge in DURING',
      { check: { kind: 'judge', rubric: 'a', threshold: 1 }, phase: 'DURING' },
      '/phase',
      /DURING takes/,
    ],
    ['an unknown phase', { check: steps, phase: 'LATER' }, '/phase', /./],
    ['a pattern that does not compile', { check: { kind: 'regex', path: '', pattern: '(' } }, '/check/pattern', /RE2/],
    ['an unknown unit', { check: { kind: 'range', path: '', min: 1, unit: 'parrots' } }, '/check/unit', /parrots/],
    [
      'an expression with a wrong name',
      { check: { kind: 'cel', expression: 'reslut == 1' } },
      '/check/expression',
      /reslut.*character 1/,
    ],
    [
      'an expression with a member that cannot exist',
      { check: { kind: 'cel', expression: 'trace.steps.exists(s, s.nam == "verify")' } },
      '/check/expression',
      /"nam" is never there.*character 25/,
    ],
    [
      'an expression on the result in PLAN',
      { check: { kind: 'cel', expression: 'result == 1' }, phase: 'PLAN' },
      '/check/expression',
      /result/,
    ],
    [
      'a remote reference',
      { check: { kind: 'schema', path: '', schema: { $ref: 'https://x.test/a.json' } } },
      '/check/schema',
      /inside the schema/,
    ],
    [
      'a rule that is too large',
      { check: { kind: 'schema', path: '', schema: { enum: ['x'.repeat(200_000)] } } },
      '',
      /bytes/,
    ],
  ]
  it.each(bad)('is refused: %s', (_what, rule, path, message) => {
    const [problem] = validateRules([rule])
    expect(problem).toMatchObject({ index: 0, path })
    expect(problem?.message).toMatch(message)
  })

  it('is named by its place among several', () => {
    expect(validateRules([{ check: steps }, {}, { check: steps }, {}]).map(({ index }) => index)).toEqual([1, 3])
  })

  it('may nest without end and is refused, not fallen over', () => {
    let shape: unknown = { type: 'string' }
    for (let n = 0; n < 4000; n++) shape = { not: shape }
    for (let n = 0; n < 2; n++) {
      expect(validateRules([{ check: { kind: 'schema', path: '', schema: shape } }])).toHaveLength(1)
      for (let deeper = 0; deeper < 100_000; deeper++) shape = { not: shape }
    }
  })

  it('of the starter ontology is taken', () => {
    const file = new URL('../../ontology/starter/starter.json', import.meta.url)
    const { beliefs } = JSON.parse(readFileSync(file, 'utf8')) as { beliefs: { rule?: unknown }[] }
    const rules = beliefs.flatMap(({ rule }) => (rule ? [rule] : []))
    expect(rules.length).toBeGreaterThan(10)
    expect(validateRules(rules)).toEqual([])
  })
})

describe('a JSON Pointer', () => {
  // The examples of RFC 6901, section 5.
  const document = {
    foo: ['bar', 'baz'],
    '': 0,
    'a/b': 1,
    'c%d': 2,
    'e^f': 3,
    'g|h': 4,
    'i\\j': 5,
    'k"l': 6,
    ' ': 7,
    'm~n': 8,
  }
  const examples: [string, unknown][] = [
    ['', document],
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/c%d', 2],
    ['/e^f', 3],
    ['/g|h', 4],
    ['/i\\j', 5],
    ['/k"l', 6],
    ['/ ', 7],
    ['/m~0n', 8],
  ]
  it.each(examples)('resolves %s', (pointer, value) => {
    expect(resolvePointer(document, pointer)).toEqual({ found: true, value })
    expect(pointerOf(segmentsOf(pointer))).toBe(pointer)
  })

  it.each([
    ['/foo/2', '/foo/2'],
    ['/foo/-', '/foo/-'],
    ['/foo/01', '/foo/01'],
    ['/nope/deep', '/nope'],
    ['/__proto__', '/__proto__'],
  ])('does not find %s', (pointer, at) => {
    expect(resolvePointer(document, pointer)).toEqual({ found: false, at })
  })

  it.each(['a', 'a/b', '/~2', '/~'])('is not %s', (text) => {
    expect(isPointer(text)).toBe(false)
  })
})
