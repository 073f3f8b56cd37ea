import { BadUserInputError } from '@mothership/platform/errors'
import { actingSubject } from '@mothership/platform/identity'
import { HEARTBEAT_MILLISECONDS } from '../domain/agent.ts'
import { registrationProblem, textProblem } from '../domain/registration.ts'
import type { Problem } from '../domain/schemas.ts'
import type { MutationResolvers } from '../generated/resolvers.ts'

const refuse = (problem: Problem | null): void => {
  if (problem) throw new BadUserInputError(problem.message, { path: problem.path })
}

export const Mutation: MutationResolvers = {
  issueAgentCredential: (_, { name }, { store, identity }) => {
    refuse(textProblem(name, 'name', 100))
    return store.issueCredential(name, actingSubject(identity))
  },
  rotateAgentCredential: (_, { name }, { store, identity }) => {
    refuse(textProblem(name, 'name', 100))
    return store.rotateCredential(name, actingSubject(identity))
  },
  revokeAgentCredential: (_, { id }, { store, identity }) => store.revokeCredential(id, actingSubject(identity)),

  registerAgent: (_, { input }, { store, caller }) => {
    const registration = { ...input, concurrency: input.concurrency ?? 1, configSchema: input.configSchema ?? null }
    refuse(registrationProblem(registration))
    return store.register(caller, registration)
  },
  heartbeat: async (_, { agentId, load }, { store, caller }) => {
    if (!(load >= 0 && load <= 1)) throw new BadUserInputError(`load is ${load}; it may be 0 to 1`, { path: 'load' })
    const { isDraining, isRestarting, config } = await store.heartbeat(agentId, load, caller)
    return {
      drain: isDraining || isRestarting,
      restart: isRestarting,
      config,
      heartbeatMilliseconds: HEARTBEAT_MILLISECONDS,
    }
  },
  signOffAgent: async (_, { agentId }, { store, caller }) => {
    await store.signOff(agentId, caller)
    return true
  },

  configureAgent: (_, { id, config }, { store }) => store.configure(id, config),
  drainAgent: (_, { id }, { store }) => store.drain(id),
  resumeAgent: (_, { id }, { store }) => store.resume(id),
  restartAgent: (_, { id }, { store }) => store.restart(id),
}
