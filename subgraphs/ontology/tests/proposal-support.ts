import type { Identity } from '@mothership/platform/identity'
import type { TestSubgraph } from '@mothership/platform/testing'
import { CURATOR, OTHER_CURATOR, refusalOf } from './support.ts'

export const AUTHOR = CURATOR
export const REVIEWER = OTHER_CURATOR
export const THIRD = { role: 'CURATOR', subject: 'thea', name: 'Thea' } as const
export const ADMIN = { role: 'ADMIN', subject: 'ada', name: 'Ada' } as const

type By = Partial<Identity>

export interface Proposal {
  id: string
  title: string
  description: string | null
  author: string
  status: string
  baseRevision: number
  changes: Record<string, { id: string }>[]
  conflicts: { path: string; message: string; by: string | null; revision: number | null }[]
  reviews: { reviewer: string; decision: string; comment: string | null; isStale: boolean }[]
  mergedAs: { number: number; author: string; message: string; changeCount: number } | null
  version: number
}

const PROPOSAL = `id title description author status baseRevision changes version
  conflicts { path message by revision } reviews { reviewer decision comment isStale }
  mergedAs { number author message changeCount }`

const MUTATIONS = {
  createProposal: `mutation ($input: CreateProposalInput!) { createProposal(input: $input) { ${PROPOSAL} } }`,
  updateProposal: `mutation ($input: UpdateProposalInput!) { updateProposal(input: $input) { ${PROPOSAL} } }`,
  reviewProposal: `mutation ($input: ReviewProposalInput!) { reviewProposal(input: $input) { ${PROPOSAL} } }`,
  mergeProposal: `mutation ($id: ID!) { mergeProposal(id: $id) { ${PROPOSAL} } }`,
  closeProposal: `mutation ($id: ID!, $comment: String) { closeProposal(id: $id, comment: $comment) { ${PROPOSAL} } }`,
}
type Mutation = keyof typeof MUTATIONS

/** Runs one mutation of a proposal that must succeed. */
export const mutate = async (
  t: TestSubgraph,
  mutation: Mutation,
  variables: Record<string, unknown>,
  by: By,
): Promise<Proposal> => {
  const data = await t.data<Record<Mutation, Proposal>>(MUTATIONS[mutation], variables, by)
  return data[mutation]
}

/** What a mutation of a proposal is refused for. */
export const refusalTo = async (t: TestSubgraph, mutation: Mutation, variables: Record<string, unknown>, by: By) =>
  refusalOf(await t.query(MUTATIONS[mutation], variables, by))

export const propose = (
  t: TestSubgraph,
  changes: Record<string, unknown>[],
  fields: Record<string, unknown> = {},
  by: By = AUTHOR,
): Promise<Proposal> => mutate(t, 'createProposal', { input: { title: 'A proposal', changes, ...fields } }, by)

/** Decides about the version that is given. */
export const review = (
  t: TestSubgraph,
  { id, version }: Pick<Proposal, 'id' | 'version'>,
  decision: 'APPROVE' | 'REQUEST_CHANGES' = 'APPROVE',
  by: By = REVIEWER,
): Promise<Proposal> =>
  mutate(t, 'reviewProposal', { input: { proposalId: id, version, decision, comment: 'Because.' } }, by)

export const merge = (t: TestSubgraph, { id }: { id: string }, by: By = THIRD): Promise<Proposal> =>
  mutate(t, 'mergeProposal', { id }, by)

export const readProposal = async (t: TestSubgraph, id: string): Promise<Proposal> => {
  const source = `query ($id: ID!) { proposal(id: $id) { ${PROPOSAL} } }`
  return (await t.data<{ proposal: Proposal }>(source, { id })).proposal
}

export const readHead = async (t: TestSubgraph): Promise<number> => {
  const { revisions } = await t.data<{ revisions: { totalCount: number } }>('{ revisions { totalCount } }')
  return revisions.totalCount
}
