import { canonicalJson } from '@mothership/platform/json'
import { cut } from './domain/checks/check.ts'
import { compilerAlone, type Constraint, type Directive, type Engine } from './domain/directive.ts'
import { enrich, proposalsSchema, takenSchema, takeProposals } from './domain/enrich.ts'
import { constraintIdOf, isShallow, normalised } from './domain/request.ts'
import { type Models, NOT_CONFIGURED, sha256 } from './models/models.ts'
import type { ModelProvider } from './models/settings.ts'

/** What a model is shown of an input, in characters of JSON. */
const MAX_INPUT = 20_000
/** How many constraints a model is shown, the MUSTs first, and how much of each. */
const MAX_SHOWN = 100
const MAX_STATEMENT = 1000

/** Whose protocol a model speaks. */
const ENGINE: Record<ModelProvider, Engine['provider']> = {
  openai: 'openai',
  anthropic: 'anthropic',
  google: 'google',
  compatible: 'openai',
}

/** Has the models add to a compiled directive. Where none does, it is the compiler's alone, and says why. */
export const enrichDirective = async (
  models: Models,
  directive: Directive,
  options: { totalMilliseconds: number },
): Promise<Directive> => {
  const alone = (reason: string): Directive => ({ ...directive, engine: compilerAlone(reason) })
  if (!models.isConfigured) return alone(NOT_CONFIGURED)
  if (directive.constraints.length === 0) return alone('No belief is in force for it, so there is nothing to add to.')
  if (!isShallow(directive.input)) return alone('The input is nested too deeply for a language model.')
  const { id, taskId, taskType } = directive
  const input = canonicalJson(normalised(directive.input))
  const constraints = directive.constraints.slice(0, MAX_SHOWN).map(shown)
  const asked = await models.ask({
    prompt: 'directive',
    data: { taskType, input: cut(input, MAX_INPUT), constraints },
    schema: proposalsSchema,
    // What is taken depends on the constraints, which are of the key; to find it out again would compile each check anew.
    kept: { schema: takenSchema, of: ({ constraints: proposals }) => takeProposals(directive, proposals) },
    purpose: 'DIRECTIVE',
    about: { directiveId: id, taskId },
    key: [taskType, sha256(input), directive.constraints.map(keyOf)],
    ...options,
  })
  if (asked.value === null) return alone(asked.reason)
  const { additions, dropped } = asked.value
  const enriched = enrich(directive, additions, (key) => constraintIdOf(id, key)).constraints
  const { provider, model } = asked.name
  const { isCached: cached, attempts } = asked
  const engine: Engine = { provider: ENGINE[provider], model, cached, attempts, reason: null, dropped }
  return { ...directive, constraints: enriched, engine }
}

const shown = ({ statement, level, phase, check, because }: Constraint) => ({
  statement: cut(statement, MAX_STATEMENT),
  level,
  phase,
  check: check.kind,
  beliefs: because.map(({ beliefId, beliefName }) => ({ id: beliefId, name: beliefName })),
})

/** A constraint as the answer depends on it: how strong its beliefs are is not shown. */
const keyOf = ({ statement, level, phase, check, because }: Constraint) => [
  statement,
  level,
  phase,
  check,
  because.map(({ beliefId, beliefRevision }) => [beliefId, beliefRevision]),
]
