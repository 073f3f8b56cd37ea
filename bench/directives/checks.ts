import type { CheckInput } from '../../subgraphs/directive/src/domain/checks/check.ts'
import { checkConstraints } from '../../subgraphs/directive/src/domain/compliance.ts'
import type { Constraint } from '../../subgraphs/directive/src/domain/directive.ts'
import type { Check } from '../../subgraphs/directive/src/domain/rule.ts'
import { inMilliseconds, percentile, type Row } from '../table.ts'

const CONSTRAINTS = 100
const RESULT_CHARACTERS = 100_000
const RUNS = 60
const WARM_UP = 20
const CHECKS_GOAL_MILLISECONDS = 5
const REGEX_GOAL_MILLISECONDS = 20

/** What an agent answered, about 100 KB of JSON: a list of findings, and a long text. */
const result = (() => {
  const items = Array.from({ length: 500 }, (_, place) => ({
    id: `item-${place}`,
    score: place / 500,
    mass: `${place} kg`,
    tags: ['checked', `group-${place % 10}`],
    note: `What was found of item ${place}, in a few words.`,
  }))
  const rest = RESULT_CHARACTERS - JSON.stringify(items).length
  return { answer: 42, unit: 'kg', mass: '12 kg', items, text: 'lorem ipsum dolor sit amet '.repeat(rest / 27) }
})()

const item = {
  type: 'object',
  required: ['id', 'score', 'tags'],
  properties: {
    id: { type: 'string', minLength: 1 },
    score: { type: 'number', minimum: 0, maximum: 1 },
    tags: { type: 'array', items: { type: 'string' }, minItems: 1 },
  },
}

/** Looks at every item, and at the long text. */
const whole = {
  type: 'object',
  required: ['answer', 'items', 'text'],
  properties: { answer: { const: 42 }, items: { type: 'array', items: item }, text: { type: 'string', minLength: 1 } },
}

/** Each kind but regex and judge, by turns, and one schema over all of the result; each of its own, so that none is answered by another. */
const checkOf = (place: number): Check => {
  const at = place * 5
  if (place === 0) return { kind: 'schema', path: '', schema: whole }
  switch (place % 7) {
    case 0:
      return { kind: 'schema', path: `/items/${at}`, schema: { ...item, $comment: `${place}` } }
    case 1:
      return { kind: 'range', path: `/items/${at}/score`, min: 0, max: 1 + place }
    case 2:
      return { kind: 'range', path: `/items/${at}/mass`, min: 0, max: 1_000_000 + place, unit: 'g' }
    case 3:
      return { kind: 'steps', require: ['solve', `verify-${place % 7}`], forbid: [`guess-${place}`] }
    case 4:
      return { kind: 'budget', milliseconds: 10_000 + place, tokens: 1000, usd: 1 }
    case 5:
      return { kind: 'evidence', types: [`proof-${place % 5}`], min: 1 }
    default:
      return { kind: 'cel', expression: `result.answer == 42 && size(result.items) > ${place}` }
  }
}

const constraintOf = (check: Check, place: number): Constraint => ({
  id: `constraint-${place}`,
  statement: 'measured',
  origin: 'COMPILED',
  level: 'MUST',
  phase: 'RESULT',
  onFail: 'RETRY',
  check,
  because: [],
})

/** Patterns on which an engine that tries again takes for ever. None matches, so that all of the text is read. */
const HOSTILE = ['^(a+)+$', '^(a|a)*b$', `${'.*'.repeat(50)}=`]

const input: CheckInput = {
  phase: 'RESULT',
  task: { id: 'task', type: 'bench', input: {} },
  result,
  elapsedMilliseconds: 1000,
  trace: {
    plan: ['solve'],
    steps: ['solve', ...Array.from({ length: 7 }, (_, place) => `verify-${place}`)].map((name) => ({
      name,
      at: new Date(0),
      data: null,
    })),
    evidence: Array.from({ length: 5 }, (_, place) => ({ type: `proof-${place}`, data: { value: place } })),
    tokens: 100,
    usd: 0.1,
  },
}

/** Milliseconds of processor time of each of several runs. All must pass, or nothing was measured. */
const cpuOf = (constraints: readonly Constraint[], given: CheckInput): number[] => {
  const samples: number[] = []
  for (let run = 0; run < WARM_UP + RUNS; run++) {
    const before = process.cpuUsage()
    const findings = checkConstraints(constraints, given)
    const { user, system } = process.cpuUsage(before)
    const other = findings.find(({ outcome }) => outcome !== 'PASS')
    if (other) throw new Error(`${other.constraintId} did not pass: ${other.reason}`)
    if (run >= WARM_UP) samples.push((user + system) / 1000)
  }
  return samples
}

const row = (what: string, samples: readonly number[], { goal, limit }: { goal: number; limit: string }): Row => ({
  what,
  measured: `CPU: p50 ${inMilliseconds(percentile(samples, 0.5))}, p95 ${inMilliseconds(percentile(samples, 0.95))}`,
  limit,
  goal: `at most ${goal} ms`,
  reached: `p50 ${inMilliseconds(percentile(samples, 0.5))}`,
  isReached: percentile(samples, 0.5) <= goal,
})

/** Checks of every kind that needs no model over a long result; and hostile patterns over a long text, and twice as long. */
export const measure = async (): Promise<Row[]> => {
  const constraints = Array.from({ length: CONSTRAINTS }, (_, place) => constraintOf(checkOf(place), place))
  const parsed: number[] = []
  const text = JSON.stringify(result)
  for (let run = 0; run < WARM_UP + RUNS; run++) {
    const before = process.cpuUsage()
    JSON.parse(text)
    const { user, system } = process.cpuUsage(before)
    if (run >= WARM_UP) parsed.push((user + system) / 1000)
  }
  const reading = `to parse the result: ${inMilliseconds(percentile(parsed, 0.5))}`
  const all = cpuOf(constraints, input)
  const slowestOver = (length: number): number[] => {
    const each = HOSTILE.map((pattern) => {
      const check: Check = { kind: 'regex', path: '/text', pattern, negate: true }
      const given = { ...input, result: { text: `${'a'.repeat(length)}!` } }
      return cpuOf([constraintOf(check, 0)], given)
    })
    const [slowest] = each.toSorted((one, other) => percentile(other, 0.5) - percentile(one, 0.5))
    return slowest ?? []
  }
  const [once, twice] = [slowestOver(RESULT_CHARACTERS), slowestOver(2 * RESULT_CHARACTERS)]
  return [
    row(`checking ${CONSTRAINTS} constraints without regex over ${text.length} bytes`, all, {
      goal: CHECKS_GOAL_MILLISECONDS,
      limit: reading,
    }),
    row(`the slowest of ${HOSTILE.length} hostile regexes over ${RESULT_CHARACTERS} characters`, once, {
      goal: REGEX_GOAL_MILLISECONDS,
      limit: `over twice as many: ${inMilliseconds(percentile(twice, 0.5))}, ${(percentile(twice, 0.5) / percentile(once, 0.5)).toFixed(2)} x`,
    }),
  ]
}
