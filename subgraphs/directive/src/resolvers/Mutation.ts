import type { MutationResolvers, TraceInput } from '../generated/resolvers.ts'
import type { Trace } from '../domain/checks/check.ts'

/** A trace as the checks read it: what was not sent is not there. */
const toTrace = (input: TraceInput | null | undefined): Trace => {
  const { plan, steps, evidence, tokens, usd } = input ?? {}
  return {
    ...(plan != null && { plan }),
    ...(steps != null && {
      steps: steps.map(({ name, at, data }) => ({ name, at, ...(data !== undefined && { data }) })),
    }),
    ...(evidence != null && { evidence: evidence.map(({ type, data }) => ({ type, data })) }),
    ...(tokens != null && { tokens }),
    ...(usd != null && { usd }),
  }
}

export const Mutation: MutationResolvers = {
  generateDirective: (_, { taskType, input, taskId }, { directives, identity }) =>
    directives.generate({ taskType, input, taskId: taskId ?? null }, identity),
  replayTasks: (_, { changes, proposalId, last }, { replays, identity }) =>
    replays.start({ changes: changes ?? null, proposalId: proposalId ?? null, last }, identity),
  cancelReplay: (_, { id }, { replays }) => replays.cancel(id),
  checkCompliance: (_, { directiveId, phase, result, trace, ...given }, { compliance, identity }) =>
    compliance.check(
      {
        directiveId,
        phase,
        result,
        trace: toTrace(trace),
        taskId: given.taskId ?? null,
        attempt: given.attempt ?? null,
        elapsedMilliseconds: given.elapsedMilliseconds ?? null,
      },
      identity,
    ),
}
