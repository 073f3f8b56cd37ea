import { randomUUID } from 'node:crypto'
import { BadUserInputError } from '@mothership/platform/errors'
import { type Identity, Role } from '@mothership/platform/identity'
import { assertJsonSize } from '@mothership/platform/json'
import type { Peers } from '@mothership/platform/peers'
import { compileDirective } from './domain/compile.ts'
import { compilerAlone, type Directive, DirectiveStatus } from './domain/directive.ts'
import { originOf } from './domain/origin.ts'
import { constraintIdOf, taskText } from './domain/request.ts'
import { enrichDirective } from './enrichment.ts'
import { GoverningBeliefsDocument } from './generated/ontology-documents.ts'
import { toCandidates, toKnown } from './governing.ts'
import type { Models } from './models/models.ts'
import type { DirectiveStore } from './store.ts'
import { createTurns } from './turns.ts'

export interface DirectiveRequest {
  readonly taskType: string
  readonly input: unknown
  /** Null: for no task. */
  readonly taskId: string | null
}

/** How many candidates the ontology is asked for; those that name the task type, and MUSTs, come beyond that too. */
export const MAX_CANDIDATES = 500

/** How long a directive waits for language models: a person waits behind the gateway, which gives up after 30 s. */
const MODEL_MILLISECONDS = { person: 20_000, task: 45_000 }

/** What a directive is compiled for: `text` says what the task is about, in words. */
export interface About {
  readonly taskType: string
  readonly text: string
}

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
  const govern = async (tasks: readonly About[], identity: Identity | null, beliefIds: readonly string[] = []) => {
    const asked = { tasks: [...tasks], limit: MAX_CANDIDATES, beliefIds: [...beliefIds] }
    const read = () => peers.ontology(GoverningBeliefsDocument, asked, identity)
    // On whose behalf is part of what is asked.
    return (await turn(JSON.stringify([tasks, beliefIds, identity]), read)).governingBeliefs
  }
  const compile = async ({ taskType, input, taskId }: DirectiveRequest, identity: Identity): Promise<Directive> => {
    assertName(taskType, 'taskType')
    assertJsonSize(input, 'input')
    const governing = await govern([{ taskType, text: taskText(taskType, input) }], identity)
    const [candidates] = toCandidates(governing)
    if (!candidates) throw new Error('the ontology did not say what governs the task')
    const id = randomUUID()
    return {
      id,
      taskType,
      taskId,
      input,
      ...compileDirective(candidates, (beliefId) => constraintIdOf(id, beliefId)),
      ontologyRevision: governing.revision,
      isByMeaning: governing.isSettled && (governing.tasks[0]?.isByMeaning ?? false),
      status: DirectiveStatus.ACTIVE,
      engine: compilerAlone('A preview asks no language model.'),
      createdAt: new Date(),
    }
  }

  return {
    /**
     * What tasks of these types and texts would be asked now, in their order: at most 20, all of one snapshot. `isSettled`
     * and `isByMeaning` as GoverningBeliefs has them. Where a task was not compiled by meaning, `known` has what is true of
     * it all the same, also of the beliefs of `beliefIds`: at most 5,000.
     */
    compileNow: async (abouts: readonly About[], beliefIds: readonly string[] = []) => {
      const governing = await govern(abouts, null, beliefIds)
      const { revision, isSettled, tasks } = governing
      const known = toKnown(governing)
      const compiled = toCandidates(governing).map((candidates, place) => {
        const isByMeaning = tasks[place]?.isByMeaning ?? false
        return {
          content: compileDirective(candidates, (beliefId) => beliefId),
          isByMeaning,
          known: isByMeaning ? null : known(abouts[place]?.taskType ?? ''),
        }
      })
      return { revision, isSettled, compiled }
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
