import { z } from 'zod'
import { Level, OnFail, Phase } from './directive.ts'
import { isPointer, pointerOf } from './pointer.ts'

const MAX_NAMES = 200
const MAX_TEXT = 10_000

const path = z
  .string()
  .max(1000)
  .refine(isPointer, { error: 'is not a JSON Pointer: write "" for the whole result, or "/a/b" for a part of it' })
const name = z.string().min(1).max(200)
const names = z.array(name).max(MAX_NAMES)
const amount = z.number().nonnegative()

const schemaCheck = z.strictObject({
  kind: z.literal('schema'),
  path,
  schema: z.union([z.boolean(), z.record(z.string(), z.unknown())]),
})
const regexCheck = z.strictObject({
  kind: z.literal('regex'),
  path,
  pattern: z.string().min(1).max(MAX_TEXT),
  negate: z.boolean().optional(),
})
const rangeCheck = z
  .strictObject({
    kind: z.literal('range'),
    path,
    min: z.number().optional(),
    max: z.number().optional(),
    unit: z.string().min(1).max(100).optional(),
  })
  .refine(({ min, max }) => min !== undefined || max !== undefined, { error: 'range: give "min", "max" or both' })
  .refine(({ min, max }) => min === undefined || max === undefined || min <= max, {
    error: (issue) => {
      const { min, max } = issue.input as { min: number; max: number }
      return `range: "max" (${max}) is below "min" (${min})`
    },
  })
const stepsCheck = z
  .strictObject({ kind: z.literal('steps'), require: names.optional(), forbid: names.optional() })
  .refine(({ require = [], forbid = [] }) => require.length + forbid.length > 0, {
    error: 'steps: name at least one step in "require" or "forbid"',
  })
  .refine(({ require = [], forbid = [] }) => !require.some((step) => forbid.includes(step)), {
    error: 'steps: the same step is in "require" and in "forbid"',
  })
const evidenceCheck = z.strictObject({
  kind: z.literal('evidence'),
  types: names.min(1),
  min: z.int().min(1).max(1000).default(1),
})
const budgetCheck = z
  .strictObject({
    kind: z.literal('budget'),
    milliseconds: amount.optional(),
    tokens: amount.optional(),
    usd: amount.optional(),
  })
  .refine(({ milliseconds, tokens, usd }) => milliseconds !== undefined || tokens !== undefined || usd !== undefined, {
    error: 'budget: give "milliseconds", "tokens" or "usd"',
  })
const celCheck = z.strictObject({ kind: z.literal('cel'), expression: z.string().min(1).max(MAX_TEXT) })
const judgeCheck = z.strictObject({
  kind: z.literal('judge'),
  rubric: z.string().min(1).max(MAX_TEXT),
  threshold: z.number().min(0).max(1),
})

export const checkSchema = z.discriminatedUnion('kind', [
  schemaCheck,
  regexCheck,
  rangeCheck,
  stepsCheck,
  evidenceCheck,
  budgetCheck,
  celCheck,
  judgeCheck,
])

/** How a constraint is checked. `path` is a JSON Pointer into the result. */
export type Check = z.infer<typeof checkSchema>
type CheckKind = Check['kind']
export type CheckOf<K extends CheckKind> = Extract<Check, { kind: K }>

// What a kind reads must exist in the phase: there is no result before completion, and no evidence before the work.
const KINDS: Record<Phase, readonly CheckKind[]> = {
  PLAN: ['steps', 'cel', 'judge'],
  DURING: ['steps', 'budget', 'cel'],
  RESULT: ['schema', 'regex', 'range', 'steps', 'evidence', 'budget', 'cel', 'judge'],
}

/** Whether a check of this kind has anything to look at in this phase. */
const fitsPhase = (kind: CheckKind, phase: Phase): boolean => KINDS[phase].includes(kind)

const ruleSchema = z
  .strictObject({
    check: checkSchema,
    phase: z.enum(Phase).default(Phase.RESULT),
    onFail: z.enum(OnFail).default(OnFail.RETRY),
  })
  .refine(({ check, phase }) => fitsPhase(check.kind, phase), {
    path: ['phase'],
    error: (issue) => {
      const { check, phase } = issue.input as { check: Check; phase: Phase }
      return `a ${check.kind} check has nothing to look at in ${phase}; ${phase} takes ${KINDS[phase].join(', ')}`
    },
  })

/** What a belief asks for: a check, when it is made, and what its failure leads to. */
export type Rule = z.infer<typeof ruleSchema>

/** What is wrong with a rule; `path` is a JSON Pointer into the rule. */
export interface RuleIssue {
  readonly path: string
  readonly message: string
}

/** Reads a rule, with the defaults filled in. What its check says is not compiled here. */
export const parseRule = (value: unknown): { rule: Rule } | { issues: RuleIssue[] } => {
  const parsed = ruleSchema.safeParse(value)
  if (parsed.success) return { rule: parsed.data }
  return {
    issues: parsed.error.issues.map((issue) => ({
      path: pointerOf(issue.path.map((segment) => (typeof segment === 'number' ? segment : String(segment)))),
      message: issue.message,
    })),
  }
}

/** A MUST is RETRY where its rule does not say REJECT or ESCALATE; a SHOULD only warns. */
export const onFailOf = (level: Level, asked: OnFail): OnFail => {
  if (level === Level.SHOULD) return OnFail.WARN
  return asked === OnFail.WARN ? OnFail.RETRY : asked
}
