import { randomUUID } from 'node:crypto'
import type { Submission } from '../src/domain/lifecycle.ts'
import type { Task } from '../src/domain/task.ts'
import type { Claim, Taker } from '../src/store/lending.ts'

export const newTask = (options: Partial<Submission> = {}): Submission => ({
  id: randomUUID(),
  type: 'test.add',
  priority: 0,
  maxAttempts: 3,
  submittedBy: 'ada',
  idempotencyKey: null,
  deadline: null,
  correlationId: randomUUID(),
  ...options,
})

export const taker = (options: Partial<Taker> = {}): Taker => ({
  agentId: randomUUID(),
  credentialId: randomUUID(),
  skills: ['test.add'],
  concurrency: 1,
  ...options,
})

/** What an agent proves its assignment with. */
export const claimOf = (agent: Taker, lent: { task: Task; token: string }): Claim => ({
  attemptId: lent.task.attempt?.id ?? '',
  token: lent.token,
  credentialId: agent.credentialId,
})
