import { describe, expect, it } from 'vitest'
import { readMathEnvironment } from '../src/environment.ts'

describe('the environment of the math agent', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['  ', null],
    ['0', 0],
    [' 8080 ', 8080],
    ['65535', 65_535],
  ])('takes PORT=%j for %j', (given, port) => {
    expect(readMathEnvironment({ PORT: given }).port).toBe(port)
  })

  it.each(['http', '-1', '65536', '1.5', '0x50'])('refuses PORT=%s', (given) => {
    expect(() => readMathEnvironment({ PORT: given })).toThrow(
      /^The environment is not right\. PORT must be a number from 0 to 65535, or be left out\.$/,
    )
  })

  it('says in one line all that is wrong', () => {
    const read = (): unknown => readMathEnvironment({ PORT: 'x', MOTHERSHIP_URL: 'nowhere' })
    expect(read).toThrow(/^The environment is not right\. PORT must be [^\n]*; MOTHERSHIP_URL must be [^\n]*\.$/)
  })
})
