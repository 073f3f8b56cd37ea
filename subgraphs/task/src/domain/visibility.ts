import { Role } from '@mothership/platform/identity'
import type { Task } from './task.ts'

/** Who reads, as far as it matters here. */
export interface Reader {
  readonly subject: string
  readonly onBehalfOf?: { readonly subject: string }
}

/** An agent is told of no other: whether one of another credential has the task, or was the last to have it. */
export const isOfAnother = (task: Task, { role, subject }: { role: Role; subject: string }): boolean =>
  role === Role.AGENT && task.credentialId !== subject

const HIDDEN = "The agent's words are shown to those who may see the result."

/** The submitter of a task and the agent that has it see its contents. The schema's rules say the same of input and result. */
export const isOwner = (task: Task, { subject, onBehalfOf }: Reader): boolean =>
  [subject, onBehalfOf?.subject].some(
    (who) => who !== undefined && (who === task.submittedBy || who === task.credentialId),
  )

/** An agent's words may quote the input: for others they are left out. */
export const shownWords = <T extends string | null>(words: T, isAgents: boolean, maySee: boolean): T | null =>
  isAgents && !maySee ? null : words

/** Why a task failed, as a reader is told. */
export interface ShownError {
  readonly code: string
  readonly message: string
}

/** Why a task failed, for a reader. */
export const shownError = (task: Task, maySee: boolean): ShownError | null => {
  if (task.state !== 'FAILED') return null
  const { code, message, isAgents } = task.error
  return { code, message: shownWords(message, isAgents, maySee) ?? HIDDEN }
}
