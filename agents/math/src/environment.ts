import { type AgentEnvironment, readEnvironment } from '@mothership/agent-sdk/environment'
import { z } from 'zod'

/** What the math agent is started with: what any agent is, and where it answers for its health. */
export interface MathEnvironment extends AgentEnvironment {
  /** PORT: where GET /health/live and /health/ready are answered; null: nowhere. */
  readonly port: number | null
}

const PORT = z.string().trim().regex(/^\d*$/).transform(Number).pipe(z.number().max(65_535))

/** Reads the environment. Throws an Error with a line for each variable that is wrong. */
export const readMathEnvironment = (variables: NodeJS.ProcessEnv = process.env): MathEnvironment => {
  const problems: string[] = []
  const port = PORT.safeParse(variables['PORT'] ?? '')
  if (!port.success) problems.push('PORT must be a number from 0 to 65535, or be left out')
  const agent = readAgent(variables, problems)
  if (agent === null || !port.success) throw new Error(problems.join('\n'))
  return { ...agent, port: variables['PORT']?.trim() ? port.data : null }
}

const readAgent = (variables: NodeJS.ProcessEnv, problems: string[]): AgentEnvironment | null => {
  try {
    return readEnvironment(variables)
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error))
    return null
  }
}
