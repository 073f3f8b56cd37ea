import { type AgentEnvironment, readEnvironment } from '@mothership/agent-sdk/environment'
import { z } from 'zod'

/** What the math agent is started with: what any agent is, and where it answers for its health. */
export interface MathEnvironment extends AgentEnvironment {
  /** PORT: where GET /health/live and /health/ready are answered; null: nowhere. */
  readonly port: number | null
}

const PORT = z.string().regex(/^\d*$/).transform(Number).pipe(z.number().max(65_535))

/** Reads the environment. Throws an Error that says in one line all that is wrong. */
export const readMathEnvironment = (variables: NodeJS.ProcessEnv = process.env): MathEnvironment => {
  const given = variables['PORT']?.trim() ?? ''
  const port = PORT.safeParse(given)
  const problems = port.success ? [] : ['PORT must be a number from 0 to 65535, or be left out']
  return { ...readEnvironment(variables, problems), port: port.success && given !== '' ? port.data : null }
}
