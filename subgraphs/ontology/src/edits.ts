import { randomUUID } from 'node:crypto'
import { NotFoundError } from '@mothership/platform/errors'
import { actingSubject, type Identity } from '@mothership/platform/identity'
import type { Peers } from '@mothership/platform/peers'
import type { Change, ChangeKind, Revision } from './domain/change.ts'
import { faultyInput, parseChange, parseChanges, parseMessage } from './domain/parse.ts'
import type { LinkState, RelationState } from './domain/node.ts'
import type { Edit, EditResult } from './store/edit.ts'
import { findRuleFaults } from './rule-faults.ts'
import { type StarterOntology, starterChanges } from './starter.ts'
import type { OntologyStore } from './store.ts'

export type Edits = ReturnType<typeof createEdits>

/** The one way in which the ontology is changed: checked, atomic, and recorded as a revision. */
export const createEdits = (store: OntologyStore, peers: Peers) => {
  /** Asks the subgraph that will apply the rules whether it can: once for all of them, before the transaction. */
  const assertRules = async (changes: readonly Change[], identity: Identity | null): Promise<void> => {
    const faults = await findRuleFaults(peers, changes, identity)
    if (faults.length > 0) throw faultyInput(faults)
  }

  const one = async (
    kind: ChangeKind,
    input: unknown,
    path: string,
    identity: Identity,
  ): Promise<EditResult & { id: string }> => {
    const change = parseChange({ kind, input, path, newId: randomUUID })
    await assertRules([change], identity)
    const result = await store.edit({
      changes: [change],
      baseRevision: null,
      author: actingSubject(identity),
      message: null,
    })
    if (!result) throw new Error('an edit came to nothing')
    return { ...result, id: change.id }
  }

  const found = <T>(thing: T | undefined, id: string): T => {
    if (thing === undefined) throw new NotFoundError(`There is nothing of the id ${id} any more.`, { id })
    return thing
  }

  return {
    /** Throws BadUserInputError, with the path, where a rule of these changes cannot be applied. */
    assertRules,

    /** Applies a list of changes as one revision. Throws BadUserInputError, NotFoundError or ConflictError with paths. */
    applyChanges: async (
      input: { changes: readonly object[]; baseRevision: number | null; message: string | null },
      identity: Identity,
    ): Promise<Revision> => {
      const changes = parseChanges(input.changes, randomUUID)
      const message = parseMessage(input.message)
      await assertRules(changes, identity)
      const author = actingSubject(identity)
      const result = await store.edit({ changes, baseRevision: input.baseRevision, author, message })
      if (!result) throw new Error('an edit came to nothing')
      return result.revision
    },

    /** Reverts a revision by a new one. Throws NotFoundError, or ConflictError with all that stands in the way. */
    revertRevision: async (
      { number, message }: { number: number; message: string | null },
      identity: Identity,
    ): Promise<Revision> => {
      const told = parseMessage(message) ?? `Reverts revision ${number}`
      const { revision } = await store.revert({ number, author: actingSubject(identity), message: told })
      return revision
    },

    /** Makes changes that a service of ours worked out, as one revision; `also` is written in the same transaction. */
    make: async (
      edit: Pick<Edit, 'changes' | 'baseRevision' | 'message' | 'also'>,
      identity: Identity,
    ): Promise<EditResult> => {
      const result = await store.edit({ ...edit, author: actingSubject(identity) })
      if (!result) throw new Error('an edit came to nothing')
      return result
    },

    /** Makes the starter ontology the first revision, where there is none yet. */
    seed: async (starter: StarterOntology): Promise<void> => {
      if ((await store.head()) > 0) return
      const changes = starterChanges(starter)
      await assertRules(changes, null)
      await store.edit({ changes, baseRevision: null, author: 'mothership', message: starter.message, isFirst: true })
    },

    /** Applies one change to a value, and answers the value. */
    editValue: async (kind: ChangeKind, input: unknown, path: string, identity: Identity) => {
      const { id } = await one(kind, input, path, identity)
      return found((await store.findValues([id]))[0], id)
    },

    /** Applies one change to a belief, and answers the belief. */
    editBelief: async (kind: ChangeKind, input: unknown, path: string, identity: Identity) => {
      const { id } = await one(kind, input, path, identity)
      return found((await store.findBeliefs([id]))[0], id)
    },

    /** Adds or removes a relation, and answers it as it is or was. */
    editRelation: async (kind: ChangeKind, input: unknown, path: string, identity: Identity) => {
      const { id, changes, revision } = await one(kind, input, path, identity)
      const change = found(
        changes.find((made) => made.id === id),
        id,
      )
      return { id, revision: revision.number, asOf: null, ...((change.after ?? change.before) as RelationState) }
    },

    /** Adds or removes a link, and answers it as it is or was. */
    editLink: async (kind: ChangeKind, input: unknown, path: string, identity: Identity) => {
      const { id, changes, revision } = await one(kind, input, path, identity)
      const change = found(
        changes.find((made) => made.id === id),
        id,
      )
      return { id, revision: revision.number, asOf: null, ...((change.after ?? change.before) as LinkState) }
    },
  }
}
