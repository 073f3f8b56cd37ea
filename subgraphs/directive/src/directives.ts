import { randomUUID } from 'node:crypto'
import { BadUserInputError } from '@mothership/platform/errors'
import { type Identity, Role } from '@mothership/platform/identity'
import { assertJsonSize } from '@mothership/platform/json'
import type { Peers } from '@mothership/platform/peers'
import { type Candidates, compileDirective } from './domain/compile.ts'
import { compilerAlone, type Directive, DirectiveStatus } from './domain/directive.ts'
import { originOf } from './domain/origin.ts'
import { constraintIdOf, taskText } from './domain/request.ts'
import { enrichDirective } from './enrichment.ts'
import { GoverningBeliefsDocument, type GoverningBeliefsQuery } from './generated/ontology-documents.ts'
import type { Models } from './models/models.ts'
import type { DirectiveStore } from './store.ts'
import { createTurns } from './turns.ts'

export interface DirectiveRequest {
  readonly taskType: string
  readonly input: unknown
  /** Null: for no task. */
  readonly taskId: string | null
}

/** How many candidates the ontology is asked for; those that name the task type come beyond that too. */
export const MAX_CANDIDATES = 500

/** How long a directive waits for language models: a person waits behind the gateway, which gives up after 30 s. */
const MODEL_MILLISECONDS = { person: 20_000, task: 45_000 }

/** What the compiler takes of what the ontology answers. */
export const toCandidates = ({
  candidates,
  contradictions,
}: GoverningBeliefsQuery['governingBeliefs']): Candidates => ({
  candidates: candidates.map(({ belief, relevance }) => ({
    id: belief.id,
    name: belief.name,
    description: belief.description,
    strength: belief.strength,
    revision: belief.revision,
    level: belief.level,
    rule: belief.rule ?? null,
    relevance,
    links: belief.relatedValues.map((link) => ({
      effect: link.effect,
      valueWeight: link.value.weight,
      linkWeight: link.weight,
    })),
  })),
  contradictions: contradictions.map(({ from, to }) => [from.id, to.id] as const),
})

/** An id or a task type as people write it; PostgreSQL takes no NUL in text. */
// eslint-disable-next-line no-control-regex -- it is control characters that are refused
const NAME = /^[^\u0000-\u001f]{1,200}$/

/** Throws BadUserInputError where it is no name of 1 to 200 characters. */
export const assertName = (value: string, path: string): void => {
  if (!NAME.test(value))
    throw new BadUserInputError(`${path} must have 1 to 200 characters, none of them control characters.`, { path })
}

export type Directives = ReturnType<typeof createDirectives>

/** Compiles directives from what the ontology holds true. */
export const createDirectives = ({ store, peers, models }: { store: DirectiveStore; peers: Peers; models: Models }) => {
  const turn = createTurns()
  const candidatesFor = async (about: { taskType: string; text: string }, identity: Identity | null) => {
    const variables = { ...about, limit: MAX_CANDIDATES }
    const read = () => peers.ontology(GoverningBeliefsDocument, variables, identity)
    // On whose behalf is part of what is asked.
    return (await turn(JSON.stringify([about, identity]), read)).governingBeliefs
  }
  const compile = async ({ taskType, input, taskId }: DirectiveRequest, identity: Identity): Promise<Directive> => {
    assertName(taskType, 'taskType')
    assertJsonSize(input, 'input')
    const governingBeliefs = await candidatesFor({ taskType, text: taskText(taskType, input) }, identity)
    const id = randomUUID()
    return {
      id,
      taskType,
      taskId,
      input,
      ...compileDirective(toCandidates(governingBeliefs), (beliefId) => constraintIdOf(id, beliefId)),
      ontologyRevision: governingBeliefs.revision,
      status: DirectiveStatus.ACTIVE,
      engine: compilerAlone('A preview asks no language model.'),
      createdAt: new Date(),
    }
  }

  return {
    /** What a task of that type and text would be asked now; `isSettled` and `isByMeaning` as GoverningBeliefs has them. */
    compileNow: async (about: { taskType: string; text: string }) => {
      const governingBeliefs = await candidatesFor(about, null)
      const content = compileDirective(toCandidates(governingBeliefs), (beliefId) => beliefId)
      const { revision, isSettled, isByMeaning } = governingBeliefs
      return { content, revision, isSettled, isByMeaning }
    },

    /** What would be compiled now; nothing is kept, and no language model is asked: a preview costs nothing. */
    preview: (request: Omit<DirectiveRequest, 'taskId'>, identity: Identity): Promise<Directive> =>
      compile({ ...request, taskId: null }, identity),

    /** Once for a task: asked again, the same directive is answered, whatever the rest of the request says. */
    generate: async (request: DirectiveRequest, identity: Identity): Promise<Directive> => {
      const origin = originOf(identity)
      if (request.taskId !== null) {
        assertName(request.taskId, 'taskId')
        const known = await store.findDirectiveOf(request.taskId, origin)
        if (known) return known
      }
      const totalMilliseconds = identity.role === Role.SERVICE ? MODEL_MILLISECONDS.task : MODEL_MILLISECONDS.person
      const compiled = await compile(request, identity)
      return store.createDirective(await enrichDirective(models, compiled, { totalMilliseconds }), origin)
    },
  }
}
