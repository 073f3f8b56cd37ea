import { isStale } from '../domain/proposal.ts'
import type { MutationResolvers } from '../generated/resolvers.ts'
import { mustExist } from './Relation.ts'

/** The mutations around proposals, settings and presence. */
export const proposalMutations = {
  updateOntologySettings: (_, { input: { directEdits, requiredApprovals } }, { proposals, identity }) =>
    proposals.changeSettings(
      { ...(directEdits && { directEdits }), ...(typeof requiredApprovals === 'number' && { requiredApprovals }) },
      identity,
    ),
  createProposal: (_, { input }, { proposals, identity }) => proposals.create(input, identity),
  updateProposal: async (_, { input }, { proposals, identity, loaders }) => {
    const proposal = await proposals.update(input, identity)
    loaders.clear()
    return proposal
  },
  commentOnProposal: async (_, { input }, { proposals, identity, loaders }) => {
    const { replyTo = null, changeIndex = null, ...given } = input
    const comment = await proposals.comment({ ...given, replyTo, changeIndex }, identity)
    loaders.clear()
    return {
      ...comment,
      isStale: isStale(comment, mustExist(await loaders.proposals.proposal.load(comment.proposalId))),
    }
  },
  reviewProposal: async (_, { input }, { proposals, identity, loaders }) => {
    const proposal = await proposals.review({ ...input, comment: input.comment ?? null }, identity)
    loaders.clear()
    return proposal
  },
  mergeProposal: async (_, { id }, { proposals, identity, loaders }) => {
    const proposal = await proposals.merge(id, identity)
    loaders.clear()
    return proposal
  },
  closeProposal: async (_, { id, comment }, { proposals, identity, loaders }) => {
    const proposal = await proposals.close(id, comment ?? null, identity)
    loaders.clear()
    return proposal
  },
  announcePresence: (_, { input: { session, nodeId, isEditing } }, { presence, identity }) =>
    presence.announce({ session, nodeId: nodeId ?? null, isEditing: isEditing ?? false }, identity),
  endPresence: async (_, { session }, { presence, identity }) => {
    await presence.end(session, identity)
    return true
  },
} satisfies MutationResolvers
