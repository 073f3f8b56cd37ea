import { describe, expect, it } from 'vitest'
import { fieldsOf, labelOf, readInput } from '../src/features/tasks/input-fields.ts'

const schema = {
  type: 'object',
  required: ['operation', 'expression'],
  properties: {
    operation: { type: 'string', enum: ['evaluate', 'limit'] },
    expression: { type: 'string', description: 'Such as x^2' },
    digits: { type: 'integer' },
    tolerance: { type: 'number' },
    isExact: { type: 'boolean' },
    bindings: { type: 'object' },
  },
}
const fields = fieldsOf(schema, {}) ?? []
const valid = { operation: 'limit', expression: 'sin(x)/x' }

describe('fieldsOf', () => {
  it('makes a control of each property', () => {
    expect(fields.map(({ name, kind, isRequired }) => [name, kind, isRequired])).toEqual([
      ['operation', 'choice', true],
      ['expression', 'text', true],
      ['digits', 'integer', false],
      ['tolerance', 'number', false],
      ['isExact', 'boolean', false],
      ['bindings', 'json', false],
    ])
  })

  it.each([null, {}, { type: 'string' }, 'text'])('leaves %j to raw JSON', (other) => {
    expect(fieldsOf(other, {})).toBeNull()
  })

  it('shows the fields of the alternative that knows the chosen operation', () => {
    const expression = { type: 'string', description: 'An equation' }
    const alternatives = [
      { properties: { operation: { const: 'solve' }, expression }, required: ['operation', 'expression'] },
      {
        properties: {
          operation: { const: 'limit' },
          expression: { type: 'string' },
          point: { anyOf: [{ type: 'number' }, { type: 'string' }] },
        },
        required: ['operation', 'expression', 'point'],
      },
    ]
    const shown = (operation: string) => fieldsOf({ type: 'object', oneOf: alternatives }, { operation }) ?? []
    expect(shown('limit')[0]).toMatchObject({ name: 'operation', choices: ['solve', 'limit'], isRequired: true })
    expect(shown('solve').map(({ name }) => name)).toEqual(['operation', 'expression'])
    expect(shown('solve')[1]?.description).toBe('An equation')
    expect(shown('limit').map(({ name, kind }) => [name, kind])).toEqual([
      ['operation', 'choice'],
      ['expression', 'text'],
      ['point', 'text'],
    ])
    expect(shown('unknown').map(({ name }) => name)).toEqual(['operation', 'expression'])
  })
})

describe('fieldsOf, with conditions on the operation', () => {
  const conditioned = {
    type: 'object',
    properties: {
      variable: { type: 'string' },
      operation: { type: 'string', enum: ['solve', 'limit'] },
      expression: { type: 'string' },
      point: { type: 'number' },
    },
    required: ['operation'],
    allOf: [
      { if: { properties: { operation: { const: 'solve' } } }, then: { required: ['expression'] } },
      {
        if: { properties: { operation: { const: 'limit' } } },
        then: { required: ['expression', 'point'], propertyNames: { enum: ['operation', 'expression', 'point'] } },
      },
    ],
  }
  const shown = (operation: string) =>
    fieldsOf(conditioned, { operation })?.map(({ name, isRequired }) => (isRequired ? name : `(${name})`))

  it('asks for what the operation requires, first', () => {
    expect(shown('solve')).toEqual(['operation', 'expression', '(variable)', '(point)'])
  })

  it('leaves out what the operation does not know, where the schema says so', () => {
    expect(shown('limit')).toEqual(['operation', 'expression', 'point'])
  })
})

describe('readInput', () => {
  it('leaves out what is empty and reads numbers as numbers', () => {
    expect(readInput(fields, { ...valid, digits: ' 5 ', tolerance: '', bindings: '{"a": 1}' })).toEqual({
      input: { ...valid, digits: 5, bindings: { a: 1 } },
    })
  })

  it('names each field that is missing or malformed, and says what it takes', () => {
    expect(readInput(fields, { operation: 'limit', digits: '2.5', tolerance: 'small', bindings: '{' })).toEqual({
      errors: {
        expression: 'Expression is needed.',
        digits: 'Digits is a whole number.',
        tolerance: 'Tolerance is a number, such as 3.5; “small” is none.',
        bindings: expect.stringMatching(/^This is not JSON: /),
      },
    })
  })
})

it('labels a field by its name', () => {
  expect(labelOf('maxTerms')).toBe('Max terms')
  expect(labelOf('upper_bound')).toBe('Upper bound')
})
