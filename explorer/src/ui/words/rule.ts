/** A belief's rule in words: what must hold, when it is looked at, and what happens where it does not hold. */
export type RuleWords = { must: string; when: string; otherwise: string }

type Json = Record<string, unknown>

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null)
const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
const list = (values: string[], last: 'and' | 'or'): string =>
  values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} ${last} ${values.at(-1)}`

const whenByPhase: Record<string, string> = {
  PLAN: 'Looked at before the agent begins',
  DURING: 'Watched while the agent works',
  RESULT: 'Looked at when the result is in',
}

const shortByPhase: Record<string, string> = { PLAN: 'on the plan', DURING: 'during the work', RESULT: 'on the result' }
const shortByOnFail: Record<string, string> = {
  REJECT: 'else rejected',
  RETRY: 'else tried again',
  ESCALATE: 'else escalated',
  WARN: 'else a warning',
}

/** Both in a few words: `on the result, else tried again`. */
export const phaseAndOnFail = (phase: string, onFail: string): string =>
  `${shortByPhase[phase] ?? phase}, ${shortByOnFail[onFail] ?? onFail}`

const otherwiseByOnFail: Record<string, string> = {
  REJECT: 'the task fails',
  RETRY: 'the agent tries again',
  ESCALATE: 'a person decides',
  WARN: 'it is reported, and the task goes on',
}

/** When a constraint of that phase is checked; the phase itself where it is not known. */
export const phaseInWords = (phase: string): string => whenByPhase[phase] ?? phase

/** What happens where a constraint does not hold. */
export const onFailInWords = (onFail: string): string => otherwiseByOnFail[onFail] ?? onFail

/** `{check, phase = RESULT, onFail = RETRY}` in words; null where the belief has no rule, and only a judge can apply it. */
export const ruleInWords = (rule: unknown): RuleWords | null => {
  if (!isJson(rule)) return null
  return {
    must: checkInWords(rule['check']),
    when: phaseInWords(text(rule['phase']) ?? 'RESULT'),
    otherwise: onFailInWords(text(rule['onFail']) ?? 'RETRY'),
  }
}

/** One sentence for each kind of check (CONTEXT.md, "check"); one of a later version is named, not guessed at. */
export const checkInWords = (check: unknown): string => {
  if (!isJson(check)) return 'A check that this page cannot read.'
  // Of what a language model wrote, some are told the kind alone: there is nothing more to put in words.
  const write = Object.keys(check).length > 1 && writers[text(check['kind']) ?? '']
  return write ? write(check) : `A check of the kind “${String(check['kind'])}”.`
}

const writers: Record<string, (check: Json) => string> = {
  schema: (check) => `${place(check['path'])} has the shape: ${schemaInWords(check['schema'])}.`,
  regex: (check) =>
    `${place(check['path'])} ${check['negate'] === true ? 'does not match' : 'matches'} the pattern ${String(check['pattern'])}.`,
  range: (check) => `${place(check['path'])} is ${rangeInWords(check)}.`,
  steps: (check) => stepsInWords(check),
  evidence: (check) => evidenceInWords(check),
  budget: (check) => budgetInWords(check),
  cel: (check) => `This is true: ${String(check['expression'])}`,
  judge: (check) => `A judge gives at least ${number(check['threshold']) ?? '?'} for: ${String(check['rubric'])}`,
}

/** A JSON Pointer (RFC 6901) into the result as a place: "" is the whole of it. */
const place = (path: unknown): string => {
  const pointer = text(path)
  if (pointer === null) return 'The result'
  const parts = pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  return `The result’s “${parts.join(' › ')}”`
}

const rangeInWords = (check: Json): string => {
  const [min, max, unit] = [number(check['min']), number(check['max']), text(check['unit'])]
  const withUnit = (value: number) => (unit ? `${value} ${unit}` : String(value))
  if (min !== null && max !== null)
    return min === max ? `exactly ${withUnit(min)}` : `between ${min} and ${withUnit(max)}`
  if (min !== null) return `at least ${withUnit(min)}`
  if (max !== null) return `at most ${withUnit(max)}`
  return unit ? `a quantity in ${unit}` : 'a number'
}

const stepsInWords = (check: Json): string => {
  const required = strings(check['require']).map(quoted)
  const forbidden = strings(check['forbid']).map(quoted)
  const parts = [
    required.length > 0 && `takes the ${required.length === 1 ? 'step' : 'steps'} ${list(required, 'and')}`,
    forbidden.length > 0 && `never takes ${list(forbidden, 'or')}`,
  ].filter((part) => part !== false)
  return parts.length === 0 ? 'The agent reports its steps.' : `The agent ${parts.join(', and ')}.`
}

const evidenceInWords = (check: Json): string => {
  const types = strings(check['types']).map((type) => type.replaceAll(/[-_.]/g, ' '))
  const min = number(check['min']) ?? 1
  const pieces = `${min === 1 ? 'one piece' : `${min} pieces`} of evidence`
  return types.length === 0
    ? `The agent shows at least ${pieces}.`
    : `The agent shows at least ${pieces}: ${list(types, 'or')}.`
}

const budgetInWords = (check: Json): string => {
  const milliseconds = number(check['milliseconds'])
  const tokens = number(check['tokens'])
  const usd = number(check['usd'])
  const limits = [
    milliseconds !== null &&
      (milliseconds >= 1_000 ? `${milliseconds / 1_000} seconds` : `${milliseconds} milliseconds`),
    tokens !== null && `${tokens.toLocaleString('en')} tokens`,
    usd !== null && `${usd} US dollars`,
  ].filter((limit) => limit !== false)
  return limits.length === 0 ? 'The task keeps to its budget.' : `The task takes at most ${list(limits, 'and')}.`
}

/** The part of JSON Schema that reads well as a phrase; the rest is one click away, as JSON. */
const schemaInWords = (schema: unknown): string => {
  if (!isJson(schema)) return 'as its schema says'
  const allowed = Array.isArray(schema['enum']) ? schema['enum'].map((value) => quoted(String(value))) : []
  const required = strings(schema['required']).map(quoted)
  const phrases = [
    allowed.length > 0 && `one of ${list(allowed, 'or')}`,
    'const' in schema && `exactly ${JSON.stringify(schema['const'])}`,
    schema['type'] === 'array' ? arrayInWords(schema) : text(schema['type']) && article(String(schema['type'])),
    number(schema['minLength']) && 'not empty',
    required.length > 0 && `with ${list(required, 'and')}`,
  ].filter((phrase): phrase is string => typeof phrase === 'string')
  return phrases.length === 0 ? 'as its schema says' : phrases.join(', ')
}

const arrayInWords = (schema: Json): string => {
  const least = number(schema['minItems']) ?? 0
  const items = isJson(schema['items']) ? `, each ${schemaInWords(schema['items'])}` : ''
  return `a list${least > 0 ? ` of at least ${least}` : ''}${items}`
}

const quoted = (word: string): string => `“${word}”`
const article = (noun: string): string => (/^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`)
