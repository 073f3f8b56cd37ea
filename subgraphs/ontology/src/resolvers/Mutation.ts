import type { ChangeKind } from '../domain/change.ts'
import type { Context } from '../context.ts'
import type { Resolvers } from '../generated/resolvers.ts'
import { inboxMutations } from './inbox-fields.ts'
import { proposalMutations } from './proposal-mutations.ts'

type Edit = 'editValue' | 'editBelief' | 'editRelation' | 'editLink'

/** A mutation that is one change: its argument `name` is the change's input, and names the faults in it. */
const single =
  <E extends Edit>(edit: E, kind: ChangeKind, name: string) =>
  async (_: unknown, args: object, { edits, identity, loaders }: Context) => {
    const result = await edits[edit](kind, (args as Record<string, unknown>)[name], name, identity)
    // What an earlier field of the same request read may have changed.
    loaders.clear()
    return result as Awaited<ReturnType<Context['edits'][E]>>
  }

export const Mutation: NonNullable<Resolvers['Mutation']> = {
  ...inboxMutations,
  applyChanges: async (_, { changes, baseRevision, message }, { edits, identity, loaders }) => {
    const edit = { changes, baseRevision: baseRevision ?? null, message: message ?? null }
    const revision = await edits.applyChanges(edit, identity)
    loaders.clear()
    return revision
  },
  createValue: single('editValue', 'createValue', 'input'),
  updateValue: single('editValue', 'updateValue', 'input'),
  deleteValue: single('editValue', 'deleteValue', 'id'),
  createBelief: single('editBelief', 'createBelief', 'input'),
  updateBelief: single('editBelief', 'updateBelief', 'input'),
  deleteBelief: single('editBelief', 'deleteBelief', 'id'),
  relateBeliefs: single('editRelation', 'relateBeliefs', 'input'),
  unrelateBeliefs: single('editRelation', 'unrelateBeliefs', 'relationId'),
  linkValue: single('editLink', 'linkValue', 'input'),
  unlinkValue: single('editLink', 'unlinkValue', 'linkId'),
  ...proposalMutations,
  revertRevision: async (_, { number, message }, { edits, identity, loaders }) => {
    const revision = await edits.revertRevision({ number, message: message ?? null }, identity)
    loaders.clear()
    return revision
  },
  reembed: (_, __, { embeddings }) => embeddings.reembed(),
  importOntology: async (_, { mapping, message, dryRun, ...text }, { exchange, identity, loaders }) => {
    const options = { ...text, mapping: mapping ?? null, message: message ?? null, dryRun: dryRun ?? false }
    const report = await exchange.import(options, identity)
    loaders.clear()
    return report
  },
}
