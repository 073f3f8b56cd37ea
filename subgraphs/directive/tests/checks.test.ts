import { describe, expect, it } from 'vitest'
import { CheckError, type CheckInput, excerpt, type Outcome, type Trace } from '../src/domain/checks/check.ts'
import { compileCheck } from '../src/domain/checks/compile-check.ts'
import type { Phase } from '../src/domain/directive.ts'
import { checkSchema } from '../src/domain/rule.ts'

const at = new Date('2026-11-23T12:00:00Z')

const inputOf = (given: Partial<CheckInput>): CheckInput => ({
  phase: 'RESULT',
  task: { id: 't1', type: 'math.solve', input: { operation: 'solve', n: 3, fields: ['a'] } },
  result: undefined,
  trace: {},
  elapsedMilliseconds: null,
  ...given,
})

const run = (check: unknown, given: Partial<CheckInput> = {}, phase: Phase = given.phase ?? 'RESULT') =>
  compileCheck(checkSchema.parse(check), phase)(inputOf(given))

const steps = (...names: string[]): Trace => ({ steps: names.map((name) => ({ name, at })) })
const SECRET = 'ada.lovelace@example.com'

type Case = [sentence: string, check: unknown, given: Partial<CheckInput>, outcome: Outcome, path?: string | null]

const schema = (shape: unknown, path = '') => ({ kind: 'schema', path, schema: shape })
const range = (rest: object, path = '/x') => ({ kind: 'range', path, ...rest })
const regex = (pattern: string, rest: object = {}) => ({ kind: 'regex', path: '/s', pattern, ...rest })
const cel = (expression: string) => ({ kind: 'cel', expression })
const answer = { answer: 42, items: [1, 2, 3], name: 'Ada', nothing: null, nested: { 'a/b': { '~c': true } } }

const cases: Record<string, Case[]> = {
  schema: [
    ['passes what fits', schema({ type: 'object', required: ['answer'] }), { result: answer }, 'PASS', ''],
    ['fails what lacks a required key', schema({ required: ['latex'] }), { result: answer }, 'FAIL', ''],
    [
      'names the place of the error',
      schema({ properties: { answer: { type: 'string' } } }),
      { result: answer },
      'FAIL',
      '/answer',
    ],
    [
      'checks the part that its path names',
      schema({ type: 'array', minItems: 4 }, '/items'),
      { result: answer },
      'FAIL',
      '/items',
    ],
    [
      'follows escaped pointers',
      schema({ const: true }, '/nested/a~1b/~0c'),
      { result: answer },
      'PASS',
      '/nested/a~1b/~0c',
    ],
    ['fails where the path is not there', schema({}, '/missing'), { result: answer }, 'FAIL', '/missing'],
    ['fails where there is no result', schema({}), {}, 'FAIL', ''],
    ['takes null for a result of its own', schema({ type: 'null' }), { result: null }, 'PASS', ''],
    ['does not reach into prototypes', schema({}, '/constructor'), { result: {} }, 'FAIL', '/constructor'],
    ['does not take "length" for an element', schema({}, '/items/length'), { result: answer }, 'FAIL', '/items/length'],
    ['knows formats', schema({ format: 'email' }, '/name'), { result: answer }, 'FAIL', '/name'],
    [
      'takes draft-07 where $schema says so',
      schema({ $schema: 'http://json-schema.org/draft-07/schema#', items: [{ const: 1 }] }, '/items'),
      { result: answer },
      'PASS',
    ],
    [
      'takes draft 2020-12',
      schema({ $schema: 'https://json-schema.org/draft/2020-12/schema', prefixItems: [{ const: 2 }] }, '/items'),
      { result: answer },
      'FAIL',
      '/items/0',
    ],
    [
      'follows references inside the schema',
      schema({ $ref: '#/$defs/n', $defs: { n: { type: 'number' } } }, '/answer'),
      { result: answer },
      'PASS',
    ],
    [
      'matches patterns on RE2',
      schema({ pattern: '^(a+)+$' }, '/s'),
      { result: { s: `${'a'.repeat(50_000)}!` } },
      'FAIL',
      '/s',
    ],
    ['refuses everything by false', schema(false), { result: 1 }, 'FAIL', ''],
    [
      'hides keys that only the result knows',
      schema({ additionalProperties: { type: 'number' } }),
      { result: { [SECRET]: 'x' } },
      'FAIL',
      '/*',
    ],
  ],
  range: [
    ['passes within', range({ min: 0, max: 1 }), { result: { x: 0.5 } }, 'PASS', '/x'],
    ['includes its ends', range({ min: 0, max: 1 }), { result: { x: 1 } }, 'PASS'],
    ['fails below', range({ min: 0 }), { result: { x: -0.1 } }, 'FAIL', '/x'],
    ['fails above', range({ max: 1 }), { result: { x: 1.1 } }, 'FAIL'],
    ['reads a number that is text', range({ max: 1 }), { result: { x: ' 0.5e0 ' } }, 'PASS'],
    ['fails text that is no number', range({ max: 1 }), { result: { x: 'half' } }, 'FAIL'],
    ['fails an empty text', range({ max: 1 }), { result: { x: '' } }, 'FAIL'],
    ['fails a list', range({ max: 1 }), { result: { x: [0] } }, 'FAIL'],
    ['fails null', range({ min: 0 }), { result: { x: null } }, 'FAIL'],
    ['fails where the path is not there', range({ min: 0 }), { result: {} }, 'FAIL', '/x'],
    ['fails a number too large to be one', range({ min: 0 }), { result: { x: '1e999' } }, 'FAIL'],
    ['converts units', range({ max: 10, unit: 'kWh' }), { result: { x: '3.6 MJ' } }, 'PASS'],
    ['fails beyond the range after conversion', range({ max: 10, unit: 'km' }), { result: { x: '10001 m' } }, 'FAIL'],
    ['takes a bare number to be of the unit', range({ max: 10, unit: 'km' }), { result: { x: 9 } }, 'PASS'],
    ['fails another dimension', range({ max: 10, unit: 'km' }), { result: { x: '3 kg' } }, 'FAIL'],
    ['fails a unit without a number', range({ max: 10, unit: 'km' }), { result: { x: 'km' } }, 'FAIL'],
    ['evaluates no expression', range({ max: 10, unit: 'm' }), { result: { x: 'import("x")' } }, 'FAIL'],
    ['fails a unit where none is asked for', range({ max: 10 }), { result: { x: '3 km' } }, 'FAIL'],
    ['knows temperatures', range({ min: 290, unit: 'K' }), { result: { x: '20 degC' } }, 'PASS'],
  ],
  regex: [
    ['passes a match anywhere', regex('b+'), { result: { s: 'abbc' } }, 'PASS', '/s'],
    ['fails without a match', regex('^b'), { result: { s: 'abbc' } }, 'FAIL', '/s'],
    ['passes by negation', regex('z', { negate: true }), { result: { s: 'abc' } }, 'PASS'],
    ['fails by negation', regex('b', { negate: true }), { result: { s: 'abc' } }, 'FAIL'],
    ['fails what is no text', regex('4'), { result: { s: 4 } }, 'FAIL'],
    [
      'searches all texts within by negation',
      { ...regex('@example', { negate: true }), path: '' },
      { result: { a: [{ b: SECRET }] } },
      'FAIL',
      '',
    ],
    [
      'searches keys within by negation',
      { ...regex('@example', { negate: true }), path: '' },
      { result: { [SECRET]: 1 } },
      'FAIL',
      '',
    ],
    ['searches a number by negation', regex('^4', { negate: true }), { result: { s: 42 } }, 'FAIL'],
    ['fails where the path is not there', regex('b', { negate: true }), { result: {} }, 'FAIL', '/s'],
    ['is linear on nested quantifiers', regex('^(a+)+$'), { result: { s: `${'a'.repeat(100_000)}!` } }, 'FAIL'],
    ['is linear on alternations', regex('^(a|a)*b$'), { result: { s: 'a'.repeat(100_000) } }, 'FAIL'],
    ['is linear on stacked wildcards', regex(`${'.*'.repeat(50)}=`), { result: { s: 'x'.repeat(100_000) } }, 'FAIL'],
    ['takes inline flags', regex('(?i)ADA'), { result: { s: 'ada' } }, 'PASS'],
  ],
  steps: [
    [
      'passes with what is required',
      { kind: 'steps', require: ['verify'] },
      { trace: steps('solve', 'verify') },
      'PASS',
      null,
    ],
    ['fails without it', { kind: 'steps', require: ['verify'] }, { trace: steps('solve') }, 'FAIL', null],
    ['fails what is forbidden', { kind: 'steps', forbid: ['guess'] }, { trace: steps('guess') }, 'FAIL'],
    ['passes without what is forbidden', { kind: 'steps', forbid: ['guess'] }, { trace: steps() }, 'PASS'],
    ['fails without a trace: what is not shown is not done', { kind: 'steps', require: ['verify'] }, {}, 'FAIL'],
    ['fails a trace without steps, which could hide the forbidden', { kind: 'steps', forbid: ['guess'] }, {}, 'FAIL'],
    [
      'does not ask for the required step on the way',
      { kind: 'steps', require: ['verify'] },
      { phase: 'DURING', trace: steps() },
      'UNKNOWN',
    ],
    [
      'fails the forbidden step on the way',
      { kind: 'steps', forbid: ['guess'], require: ['verify'] },
      { phase: 'DURING', trace: steps('guess') },
      'FAIL',
    ],
    ['passes on the way', { kind: 'steps', forbid: ['guess'] }, { phase: 'DURING', trace: steps('solve') }, 'PASS'],
    [
      'reads the plan before the work',
      { kind: 'steps', require: ['verify'] },
      { phase: 'PLAN', trace: { plan: ['verify'] } },
      'PASS',
    ],
    [
      'fails a plan with the forbidden',
      { kind: 'steps', forbid: ['guess'] },
      { phase: 'PLAN', trace: { plan: ['guess'] } },
      'FAIL',
    ],
    [
      'does not take steps for a plan',
      { kind: 'steps', require: ['verify'] },
      { phase: 'PLAN', trace: steps('verify') },
      'FAIL',
    ],
    ['fails where no plan was declared', { kind: 'steps', forbid: ['guess'] }, { phase: 'PLAN' }, 'FAIL'],
  ],
  evidence: [
    [
      'passes with enough',
      { kind: 'evidence', types: ['proof'], min: 1 },
      { trace: { evidence: [{ type: 'proof', data: 1 }] } },
      'PASS',
    ],
    [
      'counts several types together',
      { kind: 'evidence', types: ['a', 'b'], min: 2 },
      {
        trace: {
          evidence: [
            { type: 'a', data: 1 },
            { type: 'b', data: 1 },
          ],
        },
      },
      'PASS',
    ],
    [
      'does not count other types',
      { kind: 'evidence', types: ['proof'], min: 1 },
      { trace: { evidence: [{ type: 'hunch', data: 1 }] } },
      'FAIL',
    ],
    [
      'fails too few',
      { kind: 'evidence', types: ['proof'], min: 2 },
      { trace: { evidence: [{ type: 'proof', data: 1 }] } },
      'FAIL',
    ],
    ['fails without a trace', { kind: 'evidence', types: ['proof'] }, {}, 'FAIL'],
  ],
  budget: [
    ['passes within', { kind: 'budget', milliseconds: 100 }, { elapsedMilliseconds: 100 }, 'PASS'],
    ['fails beyond', { kind: 'budget', milliseconds: 100 }, { elapsedMilliseconds: 101 }, 'FAIL'],
    ['does not know a time that nobody gave', { kind: 'budget', milliseconds: 100 }, {}, 'UNKNOWN'],
    ['fails too many tokens', { kind: 'budget', tokens: 10 }, { trace: { tokens: 11 } }, 'FAIL'],
    ['does not know tokens that were not traced', { kind: 'budget', tokens: 10 }, { trace: { usd: 1 } }, 'UNKNOWN'],
    [
      'fails what is over even where the rest is not known',
      { kind: 'budget', tokens: 10, usd: 1 },
      { trace: { usd: 2 } },
      'FAIL',
    ],
    ['passes no money where none is allowed', { kind: 'budget', usd: 0 }, { trace: { usd: 0 } }, 'PASS'],
  ],
  cel: [
    ['passes what is true', cel('result.answer == 42'), { result: answer }, 'PASS'],
    ['fails what is false', cel('result.answer > 100'), { result: answer }, 'FAIL'],
    [
      'mixes the numbers of JSON with ints',
      cel('result.answer * 2 + 1 == 85 && result.answer % 2 == 0'),
      { result: answer },
      'PASS',
    ],
    ['reads the task', cel('task.type == "math.solve" && task.input.n == 3'), { result: 1 }, 'PASS'],
    [
      'reads the trace',
      cel('trace.steps.exists(s, s.name == "verify" && s.at > timestamp("2020-01-01T00:00:00Z"))'),
      { trace: steps('verify') },
      'PASS',
    ],
    ['fails what reads a missing key', cel('result.nope == 1'), { result: answer }, 'FAIL'],
    ['fails what reads a trace that was not sent', cel('!trace.steps.exists(s, s.name == "guess")'), {}, 'FAIL'],
    [
      'can ask whether a key is there',
      cel('has(trace.plan) && trace.plan.size() > 0'),
      { phase: 'PLAN', trace: { plan: ['a'] } },
      'PASS',
    ],
    [
      'waits on the way for what is not there',
      cel('trace.steps[0].name == "a"'),
      { phase: 'DURING', trace: steps() },
      'UNKNOWN',
    ],
    ['fails on another type', cel('result.name > 3'), { result: answer }, 'FAIL'],
    ['fails what is neither true nor false', cel('result.answer'), { result: answer }, 'FAIL'],
    [
      'does not reach prototypes',
      cel('has(result.constructor) || has(result.items.length)'),
      { result: answer },
      'FAIL',
    ],
    ['knows null', cel('result.nothing == null'), { result: answer }, 'PASS'],
    ['matches on RE2', cel('result.s.matches("^(a+)+$")'), { result: { s: `${'a'.repeat(50_000)}!` } }, 'FAIL'],
    [
      'matches on RE2 within macros',
      cel('result.l.filter(s, s.matches("^(a+)+$")).map(s, s).exists(s, s.matches("^(a|a)*$"))'),
      { result: { l: [`${'a'.repeat(50_000)}!`] } },
      'FAIL',
    ],
    ['fails a pattern of the data that RE2 refuses', cel('result.s.matches(result.s)'), { result: { s: '(' } }, 'FAIL'],
    ['divides by zero as a failure', cel('1 / int(result.zero) == 1'), { result: { zero: 0 } }, 'FAIL'],
    ['sees no result where there is none', cel('result == null'), {}, 'PASS'],
    [
      'takes objects without a prototype',
      cel('result.a.b == "c"'),
      { result: Object.assign(Object.create(null), { a: Object.assign(Object.create(null), { b: 'c' }) }) },
      'PASS',
    ],
  ],
  judge: [
    [
      'leaves it to a person',
      { kind: 'judge', rubric: 'Is it kind?', threshold: 0.7 },
      { result: 'yes' },
      'UNKNOWN',
      null,
    ],
  ],
}

for (const [kind, rows] of Object.entries(cases)) {
  describe(`a ${kind} check`, () => {
    it.each(rows)('%s', (_sentence, check, given, outcome, path) => {
      const found = run(check, given)
      expect(found.outcome, found.reason).toBe(outcome)
      if (path !== undefined) expect(found.path).toBe(path)
      expect(found.reason).toMatch(/\S/)
    })
  })
}

describe('a reason', () => {
  const leaking: [string, unknown, Partial<CheckInput>][] = [
    ['schema', schema({ properties: { email: { const: 'x' } } }), { result: { email: SECRET } }],
    ['schema with keys of the result', schema({ additionalProperties: false }), { result: { [SECRET]: 1 } }],
    ['schema with property names', schema({ propertyNames: { maxLength: 3 } }), { result: { [SECRET]: 1 } }],
    ['range', range({ max: 1 }), { result: { x: SECRET } }],
    ['range with a unit', range({ max: 1, unit: 'm' }), { result: { x: SECRET } }],
    ['regex', regex('^x'), { result: { s: SECRET } }],
    ['regex within', { ...regex('ada', { negate: true }), path: '' }, { result: [SECRET] }],
    ['cel with a key of the result', cel('task.input[result.email] == 1'), { result: { email: SECRET } }],
    ['cel with a conversion', cel('timestamp(result.email) == timestamp(result.email)'), { result: { email: SECRET } }],
    ['cel with a duration', cel('duration(result.email) == duration(result.email)'), { result: { email: SECRET } }],
    ['cel with a pattern', cel('"x".matches(result.email)'), { result: { email: `(${SECRET}` } }],
    ['cel that answers a value', cel('result.email'), { result: { email: SECRET } }],
  ]

  it.each(leaking)('never quotes the result: %s', (_kind, check, given) => {
    const found = run(check, given)
    expect(found.outcome).toBe('FAIL')
    expect(`${found.reason} ${found.path}`).not.toContain('lovelace')
  })

  it('leaves the value to who may see it, cut to size', () => {
    expect(run(regex('^x'), { result: { s: SECRET } }).value).toBe(SECRET)
    expect(run(regex('^x'), { result: { s: 'y'.repeat(5000) } }).value).toHaveLength(200)
    expect(excerpt({ a: 'y'.repeat(5000) })).toHaveLength(200)
    // Two units each, of which the cut would part one.
    expect([excerpt('😀'.repeat(200)), excerpt('\ud83d')].map((text) => text.isWellFormed())).toEqual([true, true])
  })

  it('has no more of a value written than is told', () => {
    let isRead = false
    const late = {
      get late() {
        isRead = true
        return 1
      },
    }
    expect(excerpt(['y'.repeat(300), late])).toHaveLength(200)
    expect(isRead).toBe(false)
    const plain = { a: [1, null, undefined, true, 'ü"'], b: { c: {} }, d: undefined, e: 1.5, f: [] }
    expect(excerpt(plain)).toBe(JSON.stringify(plain))
    expect([excerpt(null), excerpt(3n), excerpt(at)]).toEqual(['null', '3', JSON.stringify(at)])
  })

  it('tells the agent what is missing', () => {
    expect(run({ kind: 'steps', require: ['verify', 'cite'] }, { trace: steps('verify') }).reason).toContain('"cite"')
    expect(run({ kind: 'evidence', types: ['proof'] }, {}).reason).toContain('"proof"')
    expect(run(cel('result.answer.deep == 1'), { result: {} }).reason).toContain('"answer"')
  })
})

describe('the place and the value that a check found', () => {
  const evidence: Trace = { evidence: ['proof', 'proof', 'hunch'].map((type) => ({ type, data: 1 })) }
  const found: [string, unknown, Partial<CheckInput>, Outcome, string | null, unknown][] = [
    ['schema', schema({ type: 'array' }, '/items'), { result: answer }, 'PASS', '/items', [1, 2, 3]],
    [
      'schema',
      schema({ properties: { items: { items: { maximum: 2 } } } }),
      { result: answer },
      'FAIL',
      '/items/2',
      { at: '/items/2', found: 3 },
    ],
    ['range', range({ min: 1 }), { result: { x: 2 } }, 'PASS', '/x', 2],
    ['range', range({ max: 1, unit: 'kg' }), { result: { x: '2 kg' } }, 'FAIL', '/x', '2 kg'],
    ['regex', regex('^a'), { result: { s: 'abc' } }, 'PASS', '/s', 'abc'],
    ['regex that must not match', regex('z', { negate: true }), { result: { s: ['abc'] } }, 'PASS', '/s', ['abc']],
    [
      'steps',
      { kind: 'steps', require: ['verify'] },
      { trace: steps('solve', 'verify', 'verify') },
      'PASS',
      null,
      { found: { verify: '/steps/1' }, of: 3 },
    ],
    [
      'steps that lack one',
      { kind: 'steps', require: ['solve', 'verify'] },
      { trace: steps('solve') },
      'FAIL',
      null,
      { missing: ['verify'], found: { solve: '/steps/0' }, of: 1 },
    ],
    [
      'steps with a forbidden one',
      { kind: 'steps', forbid: ['guess'] },
      { trace: steps('solve', 'guess') },
      'FAIL',
      null,
      { forbidden: { guess: '/steps/1' } },
    ],
    [
      'steps of a plan',
      { kind: 'steps', forbid: ['guess'] },
      { phase: 'PLAN', trace: { plan: ['guess'] } },
      'FAIL',
      null,
      { forbidden: { guess: '/plan/0' } },
    ],
    [
      'steps that may still come',
      { kind: 'steps', require: ['verify'] },
      { phase: 'DURING', trace: steps('solve') },
      'UNKNOWN',
      null,
      { missing: ['verify'], found: {}, of: 1 },
    ],
    ['evidence', { kind: 'evidence', types: ['proof'] }, { trace: evidence }, 'PASS', null, { proof: 2 }],
    [
      'too little evidence',
      { kind: 'evidence', types: ['source', 'proof'], min: 3 },
      { trace: evidence },
      'FAIL',
      null,
      { proof: 2, source: 0 },
    ],
    [
      'budget',
      { kind: 'budget', milliseconds: 100, tokens: 10 },
      { elapsedMilliseconds: 50, trace: { tokens: 3 } },
      'PASS',
      null,
      '50 milliseconds, 3 tokens',
    ],
    ['budget that is over', { kind: 'budget', usd: 1 }, { trace: { usd: 2 } }, 'FAIL', null, '2 usd'],
    [
      'cel',
      cel('result.answer > 100 && size(result.items) == 3'),
      { result: answer },
      'FAIL',
      null,
      { 'result.answer': 42, 'size(result.items)': 3 },
    ],
    [
      'cel that goes through a list',
      cel('trace.steps.exists(s, s.name == "verify") || task.input.fields[0] == "a" || result["items"].size() == 0'),
      { result: answer, trace: { steps: [] } },
      'PASS',
      null,
      { 'trace.steps': [], 'task.input.fields[0]': 'a', 'result["items"].size()': 3 },
    ],
    ['cel that reads nothing', cel('1 == 2'), { result: answer }, 'FAIL', null, null],
    [
      'cel that asks for what is not there',
      cel('has(result.nope)'),
      { result: answer },
      'FAIL',
      null,
      { result: answer },
    ],
    ['cel that answers a number', cel('result.answer'), { result: answer }, 'FAIL', null, '42'],
  ]

  it.each(found)('are told: %s', (_what, check, given, outcome, path, value) => {
    const text = typeof value === 'string' || value === null ? value : JSON.stringify(value)
    expect(run(check, given)).toMatchObject({ outcome, path, value: text })
  })
})

describe('an expression that reads what can never be there', () => {
  it.each([
    ['a misspelt part of the trace', 'trace.stepz.size() > 0', 'stepz', 7],
    ['one that is asked for', '!has(trace.stepz) || true', 'stepz', 12],
    ['one in brackets', 'trace["stepz"].size() > 0', 'trace["stepz"]', 1],
    ['a misspelt part of a step', 'trace.steps.exists(s, s.nam == "verify")', 'nam', 25],
    ['one of a step that is asked for', 'trace.steps.all(s, has(s.dta))', 'dta', 26],
    ['a part of evidence', 'trace.evidence[0].kind == "proof"', 'kind', 19],
    ['a part of a name', 'trace.plan.exists(p, p.name == "verify")', 'name', 24],
    ['a part of the task', 'task.inptu.n == 3', 'inptu', 6],
  ])('is refused: %s', (_what, expression, read, character) => {
    try {
      run(cel(expression))
    } catch (error) {
      expect(error).toBeInstanceOf(CheckError)
      expect((error as CheckError).path).toBe('/expression')
      expect((error as CheckError).message).toContain(`"${read}" is never there (at character ${character})`)
      expect((error as CheckError).message).toContain('steps (each with name, at and data)')
      return
    }
    expect.fail('it was taken')
  })

  it.each([
    ['anything of the result and the input', 'result.any.thing == task.input.some[0].thing || true'],
    ['anything of what belongs to a step or to evidence', 'trace.steps.all(s, has(s.data.x)) && trace.evidence == []'],
    ['numbers of any kind', 'trace.tokens + 1 < 10 && trace.tokens == 3 && trace.usd < 1'],
    ['the trace as a map', '"steps" in trace && trace.size() > 0 && trace == trace'],
    ['a variable of the same name', '[{"stepz": 1}].all(trace, trace.stepz == 1)'],
    ['a function of a step', 'trace.steps.map(s, s.name).exists(n, n.startsWith("v"))'],
    ['whether the task has an id', 'task.id == null || task.id == "t1"'],
  ])('is taken where it can: %s', (_what, expression) => {
    const trace = { ...steps('verify'), evidence: [], tokens: 3, usd: 0.1 }
    expect(() => run(cel(expression), { result: {}, trace })).not.toThrow()
  })
})

describe('a check that cannot be compiled', () => {
  const broken: [string, unknown, string][] = [
    ['an unknown keyword', schema({ typ: 'string' }), '/schema'],
    ['a remote reference', schema({ $ref: 'http://127.0.0.1:1/schema.json' }), '/schema'],
    ['a reference to nothing', schema({ $ref: '#/$defs/nope' }), '/schema'],
    ['an asynchronous schema', schema({ $async: true }), '/schema/$async'],
    ['a schema with a pattern that RE2 refuses', schema({ pattern: '(?=a)' }), '/schema'],
    ['an $id that is taken', schema({ $id: 'https://json-schema.org/draft/2020-12/schema' }), '/schema/$id'],
    ['an unknown format', schema({ format: 'no-such-format' }), '/schema'],
    ['a back-reference', regex('(a)\\1'), '/pattern'],
    ['an unclosed group', regex('('), '/pattern'],
    ['a pattern that would explode', regex('((a{1,100}){1,100}){1,100}'), '/pattern'],
    ['an unknown unit', range({ min: 0, unit: 'parrots' }), '/unit'],
    ['an amount for a unit', range({ min: 0, unit: '3 m' }), '/unit'],
    ['an expression that does not parse', cel('result.a =='), '/expression'],
    ['an unknown variable', cel('reslut.a == 1'), '/expression'],
    ['an unknown function', cel('eval("1")'), '/expression'],
    ['an expression that is no claim', cel('"yes"'), '/expression'],
    ['a comparison of types that never fit', cel('"a" > 1'), '/expression'],
    ['an expression that is too deep', cel(`${'('.repeat(200)}true${')'.repeat(200)}`), '/expression'],
  ]

  it.each(broken)('is refused: %s', (_what, check, path) => {
    expect(() => run(check)).toThrow(CheckError)
    try {
      run(check)
    } catch (error) {
      expect((error as CheckError).path).toBe(path)
    }
  })

  it('has no result to read before completion', () => {
    expect(() => run(cel('result.a == 1'), { phase: 'PLAN' })).toThrow(/result/)
    expect(() => run(cel('result.a == 1'), { phase: 'DURING' })).toThrow(/result/)
  })

  it('does not remember a schema by its $id', () => {
    const one = schema({ $id: 'urn:test:one', type: 'string' })
    const other = schema({ $id: 'urn:test:one', type: 'number' })
    expect(run(one, { result: 'a' }).outcome).toBe('PASS')
    expect(run(other, { result: 'a' }).outcome).toBe('FAIL')
  })
})
