import { type AgentEnvironment, readEnvironment } from '@mothership/agent-sdk/environment'

/** What the math agent is started with: what any agent is, and where it answers for its health. */
export interface MathEnvironment extends AgentEnvironment {
  /** PORT: where GET /health/live and /health/ready are answered; null: nowhere. */
  readonly port: number | null
}

/** Reads the environment. Throws an Error that says in one line all that is wrong. */
export const readMathEnvironment = (variables: NodeJS.ProcessEnv = process.env): MathEnvironment => {
  const given = variables['PORT']?.trim()
  const port = given ? Number(given) : null
  const isPort = port === null || (Number.isInteger(port) && port >= 0 && port <= 65_535)
  const problems = isPort ? [] : ['PORT must be a number from 0 to 65535, or be left out']
  return { ...readEnvironment(variables, problems), port }
}
