import { describe, expect, it } from 'vitest'
import { Shout } from '../examples/shout.ts'
import { readEnvironment } from '../src/environment.ts'
import { isPassing, MothershipFault, SecretRefused } from '../src/failure.ts'
import { budgetMilliseconds, type Taken } from '../src/undertaking.ts'
import { inputCheck } from '../src/validation.ts'

type Constraint = Taken['directive']['constraints'][number]
const constraint = (check: unknown, change: Partial<Constraint> = {}): Constraint => ({
  id: 'c',
  statement: 's',
  level: 'MUST',
  phase: 'RESULT',
  onFail: 'RETRY',
  check,
  ...change,
})

describe('the budget of a directive', () => {
  it('is the tightest that a MUST gives', () => {
    const constraints = [
      constraint({ kind: 'budget', milliseconds: 9_000 }),
      constraint({ kind: 'budget', milliseconds: 4_000 }, { phase: 'DURING' }),
      constraint({ kind: 'budget', milliseconds: 1 }, { level: 'SHOULD', onFail: 'WARN' }),
      constraint({ kind: 'budget', tokens: 5 }),
      constraint({ kind: 'range', path: '', max: 1 }),
      constraint(null),
    ]
    expect(budgetMilliseconds(constraints)).toBe(4_000)
  })
  it('is none where no MUST gives one', () => {
    expect(budgetMilliseconds([constraint({ kind: 'cel', expression: 'true' })])).toBeNull()
  })
})

describe('the check of an input', () => {
  const check = inputCheck(new Shout().skills)
  it.each([
    ['a good one', 'text.shout', { text: 'a' }, null],
    ['a missing property', 'text.shout', {}, "input must have required property 'text'"],
    ['a wrong type', 'text.shout', { text: 7 }, 'input/text must be string'],
    ['another task type', 'text.sing', {}, 'this agent has no skill text.sing'],
  ])('%s', (_, type, input, problem) => {
    expect(check(type, input)).toBe(problem)
  })
  it('tells of a choice of shapes only what the one that was meant lacks', () => {
    const shape = (act: string, property: string) => ({
      type: 'object',
      required: ['act', property],
      properties: { act: { const: act }, [property]: { type: 'string' } },
      additionalProperties: false,
    })
    const inputSchema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      oneOf: [shape('sing', 'song'), shape('dance', 'step')],
    }
    const choose = inputCheck([{ id: 'act', description: '', inputSchema, outputSchema: {} }])
    expect(choose('act', { act: 'dance', step: 'waltz' })).toBeNull()
    expect(choose('act', { act: 'dance', song: 7 })).toBe(
      "input must have required property 'step'; input must not have the property song",
    )
    expect(choose('act', { act: 'sleep' })).toBe('input/act must be one of sing, dance')
    expect(choose('act', 'dance')).toContain('must be object')
  })
  it('names the values of an enumeration, and leaves out that a condition led to what is wrong', () => {
    const inputSchema = {
      type: 'object',
      properties: { act: { enum: ['sing', 'dance'] } },
      if: { properties: { act: { const: 'sing' } } },
      then: { required: ['song'] },
    }
    const choose = inputCheck([{ id: 'act', description: '', inputSchema, outputSchema: {} }])
    expect(choose('act', { act: 'sleep' })).toBe('input/act must be one of sing, dance')
    expect(choose('act', { act: 'sing' })).toBe("input must have required property 'song'")
  })
  it('refuses to start with a schema that is none', () => {
    const [skill] = new Shout().skills
    if (!skill) throw new Error('the example has a skill')
    expect(() => inputCheck([{ ...skill, inputSchema: { type: 'tree' } }])).toThrow(/text\.shout/)
  })
})

describe('a fault', () => {
  it.each(['NETWORK', 'UNAVAILABLE', 'RATE_LIMITED', 'INTERNAL_SERVER_ERROR', 'UNAUTHENTICATED'])(
    '%s may pass',
    (code) => {
      expect(isPassing(new MothershipFault(code, ''))).toBe(true)
    },
  )
  it.each(['STALE_ASSIGNMENT', 'BAD_USER_INPUT', 'FORBIDDEN', 'NOT_FOUND'])('%s will not', (code) => {
    expect(isPassing(new MothershipFault(code, ''))).toBe(false)
  })
  it('of the secret will not', () => {
    expect(isPassing(new SecretRefused())).toBe(false)
  })
})

describe('the environment', () => {
  it('has defaults for all but the secret', () => {
    expect(readEnvironment({})).toMatchObject({ url: 'http://localhost:4000', secret: undefined, logLevel: 'info' })
  })
  it('says all that is wrong, without telling the secret', () => {
    const read = () =>
      readEnvironment({ MOTHERSHIP_URL: 'ftp://x', LOG_LEVEL: 'loud', MOTHERSHIP_AGENT_SECRET: 'hush' })
    expect(read).toThrow(/MOTHERSHIP_URL[^]*LOG_LEVEL/)
    expect(read).not.toThrow(/hush/)
  })
})
