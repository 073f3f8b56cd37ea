/** What a mutation costs on top of what it answers: each writes, and all of a document run one after the other. */
const MUTATION = 5000
/** A megabyte, as a proposal's changes may be. */
const MEGABYTE = 500
/** As much, but mostly far less: a client lists what some hundred tasks came to. How much an answer holds is bounded too. */
const CONTENT = 200
/** Some 50 KB: a JSON Schema, a configuration, a thing before or after a change. */
const FIFTY_KILOBYTES = 25
/** Some 10 or 20 KB: a description, a rule. */
const TEXT = 5

/** An overview of a former revision, which is made of all that it had. */
const PAST_OVERVIEW = 25_000

/** What fields cost that work much for a short answer, or answer much: else many aliases of them are nearly free. */
const COSTS: Readonly<Record<string, number>> = {
  'Query.exportOntology': 50_000,
  'Query.smallestFlip': 25_000,
  'Query.diffRevisions': 10_000,
  'Query.coverage': 10_000,
  'Query.previewChanges': 10_000,
  'Query.overview': 5000,
  // Compiles: a search, and all that governs the task type.
  'Query.previewDirective': 5000,
  'Query.path': 2000,
  'Query.impact': 2000,
  'Query.duplicates': 2000,
  'Query.contradictions': 2000,
  'Query.unmetDependencies': 2000,
  'Query.suggestions': 2000,
  'Query.searchOntology': 1000,
  'Query.neighborhood': 1000,
  'Belief.similar': 1000,
  'Belief.explanation': 10,
  'Contradiction.blastRadius': 100,
  'Proposal.preview': 1000,
  'Proposal.conflicts': 500,
  'Proposal.diff': 500,

  'Mutation.importOntology': 50_000,
  // Of one agent up to 5 MB of schemas.
  'Mutation.registerAgent': 25_000,
  // A megabyte each, or a thousand changes.
  'Mutation.submitTask': 10_000,
  'Mutation.completeAssignment': 10_000,
  'Mutation.holdAssignment': 10_000,
  'Mutation.applyChanges': 10_000,
  'Mutation.revertRevision': 10_000,
  'Mutation.mergeBeliefs': 10_000,
  'Mutation.createProposal': 10_000,
  'Mutation.updateProposal': 10_000,
  'Mutation.mergeProposal': 10_000,
  'Mutation.replayTasks': 10_000,
  // Compiled, or checked, and language models asked.
  'Mutation.generateDirective': 10_000,
  'Mutation.checkCompliance': 10_000,

  'Task.input': CONTENT,
  'Task.result': CONTENT,
  'Task.trace': CONTENT,
  'Proposal.changes': MEGABYTE,
  // An agent has up to 50 skills, which a list without a size of its own is not taken for.
  'Skill.inputSchema': 4 * FIFTY_KILOBYTES,
  'Skill.outputSchema': 4 * FIFTY_KILOBYTES,
  'Agent.config': FIFTY_KILOBYTES,
  'Agent.configSchema': FIFTY_KILOBYTES,
  'Change.before': FIFTY_KILOBYTES,
  'Change.after': FIFTY_KILOBYTES,
  'FieldDiff.before': TEXT,
  'FieldDiff.after': TEXT,
  'Belief.description': TEXT,
  'Belief.rule': TEXT,
  'Value.description': TEXT,
  'Constraint.statement': TEXT,
  'Constraint.check': TEXT,
  'Proposal.description': TEXT,
  'ProposalComment.text': TEXT,
  'ProposalReview.comment': TEXT,
}

/** What a field costs, named as `Type.field`, besides the fields that it answers. */
export const costOfField = (field: string, args: Record<string, unknown>): number => {
  if (field === 'Query.overview' && typeof args['at'] === 'number') return PAST_OVERVIEW
  return COSTS[field] ?? (field.startsWith('Mutation.') ? MUTATION : 0)
}

/** The fields that have a cost of their own. */
export const costlyFields: readonly string[] = Object.keys(COSTS)
