import { randomUUID } from 'node:crypto'
import { BadUserInputError, ConflictError, NotFoundError } from '@mothership/platform/errors'
import { actingSubject, type Identity } from '@mothership/platform/identity'
import type { Contradiction } from './domain/contradiction.ts'
import { changesOf, parseDecision, parseReason } from './domain/decision.ts'
import { mergeChanges } from './domain/merge.ts'
import { LEAST_DUPLICATE } from './domain/nearness.ts'
import type { Belief } from './domain/node.ts'
import { type Pair, pairOfId } from './domain/pair.ts'
import { parseMessage } from './domain/parse.ts'
import type { Edits } from './edits.ts'
import type { OntologyStore } from './store.ts'

/** How many relations of a belief that is merged can move: more are a matter for an edit of its own. */
const MAX_MOVED = 1000

export type Inbox = ReturnType<typeof createInbox>

const pairOf = (id: string, path: string, what: string): Pair => {
  const pair = pairOfId(id)
  if (pair) return pair
  throw new NotFoundError(`${path}: there is no ${what} of the id ${id}.`, { path, id })
}

/** What people decide about pairs of beliefs. Nothing is decided without one. */
export const createInbox = (store: OntologyStore, edits: Edits) => {
  const open = async (id: string): Promise<Contradiction> => {
    const path = 'input.id'
    const pair = pairOf(id, path, 'contradiction')
    const found = await store.findContradiction({ ...pair, isResolved: false })
    if (found) return found
    const resolution = (await store.findContradiction({ ...pair, isResolved: true }))?.resolution
    if (!resolution) {
      throw new NotFoundError(`${path}: these two beliefs do not contradict each other, or no longer.`, { path, id })
    }
    throw new ConflictError(
      `${path}: ${resolution.author} decided about it already: ${resolution.decision}. Reopen it to decide again.`,
      { path, id, by: resolution.author },
    )
  }

  /** A live belief of an id. Throws NotFoundError. */
  const live = (beliefs: readonly Belief[], id: string, path: string): Belief => {
    const belief = beliefs.find((one) => one.id === id.toLowerCase() && one.deletedAt === null)
    if (belief) return belief
    throw new NotFoundError(`${path}: there is no belief of the id ${id}.`, { path, id })
  }

  return {
    /** Decides about a contradiction. Throws BadUserInputError, NotFoundError or ConflictError with paths. */
    resolve: async (input: { id: string }, identity: Identity): Promise<Contradiction> => {
      const asked = parseDecision(input)
      const base = await store.head()
      const former = await store.findDecisionTime(pairOf(input.id, 'input.id', 'contradiction'))
      const contradiction = await open(input.id)
      const { first, second } = contradiction
      const named = [first, second].find((id) => id === asked.beliefId)
      const changes = changesOf(asked, {
        contradiction,
        named: named === undefined ? null : ((await store.findBeliefs([named]))[0] ?? null),
        relations: await store.findDeclaring({ first, second }),
      })
      const decision = { ...asked, contradiction, base, former, author: actingSubject(identity) }
      const edit = { changes, baseRevision: base, message: asked.reason, also: store.recordDecision(decision) }
      await edits.make(edit, identity)
      const decided = await store.findContradiction({ first, second, isResolved: true })
      if (!decided)
        throw new ConflictError('input.id: somebody changed one of the two just after.', { path: 'input.id' })
      return decided
    },

    /** Takes a decision back. Throws NotFoundError where there is none that holds. */
    reopen: async (id: string, identity: Identity): Promise<Contradiction> => {
      const pair = pairOf(id, 'id', 'contradiction')
      const decided = await store.findContradiction({ ...pair, isResolved: true })
      if (!decided) throw new NotFoundError('id: nobody decided about this contradiction.', { path: 'id', id })
      await store.forgetDecision({ pair, by: actingSubject(identity) })
      return (await store.findContradiction({ ...pair, isResolved: false })) ?? { ...decided, resolution: null }
    },

    /** How near duplicates are at least. Throws BadUserInputError. */
    leastSimilarity: (given: number): number => {
      if (given >= LEAST_DUPLICATE && given <= 1) return given
      const path = 'minSimilarity'
      throw new BadUserInputError(`${path} is ${given}; it may be ${LEAST_DUPLICATE} to 1.`, { path })
    },

    /** Keeps that two beliefs are no duplicates. Throws NotFoundError where they are not listed. */
    dismiss: async ({ id, reason }: { id: string; reason: string | null }, identity: Identity): Promise<void> => {
      const isListed = await store.dismissPair({
        pair: pairOf(id, 'id', 'duplicate'),
        minSimilarity: LEAST_DUPLICATE,
        reason: parseReason(reason),
        author: actingSubject(identity),
      })
      if (!isListed) throw new NotFoundError('id: these two beliefs are not listed as duplicates.', { path: 'id', id })
    },

    /** Makes one belief of two, in one revision. Throws BadUserInputError, NotFoundError or ConflictError with paths. */
    merge: async (
      given: { keep: string; merge: string; message: string | null },
      identity: Identity,
    ): Promise<Belief> => {
      const base = await store.head()
      const beliefs = await store.findBeliefs([given.keep, given.merge])
      const keep = live(beliefs, given.keep, 'keep')
      const merge = live(beliefs, given.merge, 'merge')
      if (keep.id === merge.id) throw new BadUserInputError('merge is the belief that stays.', { path: 'merge' })
      const ids = { keep: keep.id, merge: merge.id }
      const connections = await store.findConnections({ ...ids, limit: MAX_MOVED + 1 })
      if (connections.relations.filter(({ from, to }) => from === merge.id || to === merge.id).length > MAX_MOVED) {
        throw new BadUserInputError(
          `merge: "${merge.name}" has more than ${MAX_MOVED} relations. Merge the other one into it.`,
          { path: 'merge' },
        )
      }
      const edit = {
        changes: mergeChanges({ ...ids, ...connections, newId: randomUUID }),
        baseRevision: base,
        message: parseMessage(given.message) ?? `Merged "${merge.name}" into "${keep.name}".`.slice(0, 2000),
        also: store.inheritHistory({ from: merge.id, to: keep.id }),
      }
      await edits.make(edit, identity)
      const [kept] = await store.findBeliefs([keep.id])
      return live(kept ? [kept] : [], keep.id, 'keep')
    },
  }
}
