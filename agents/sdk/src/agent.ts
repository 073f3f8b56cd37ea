import type { Logger } from 'pino'
import type { TakeAssignmentsMutation } from './generated/documents.ts'
import { type RunOptions, runAgent, type RunningAgent } from './run.ts'

/** One task type that an agent can do, with the JSON Schemas of its input and its result. */
export interface Skill {
  /** The task type, e.g. text.shout. */
  readonly id: string
  readonly description: string
  readonly inputSchema: Readonly<Record<string, unknown>>
  readonly outputSchema: Readonly<Record<string, unknown>>
}

type Taken = TakeAssignmentsMutation['takeAssignments'][number]

/** What there is to do. Its task's input meets the skill's input schema. */
export interface Assignment {
  readonly id: string
  readonly task: Taken['task']
  /** The constraints that the result will be checked against. */
  readonly directive: Taken['directive']
  /** 1 for the first attempt at the task. */
  readonly attempt: number
  /** What the last attempt got wrong. */
  readonly feedback: Taken['feedback']
}

/** What an agent tells while it works, and is told. */
export interface Work {
  /** Aborts when the work is to stop: its reason, an Interruption, says why. */
  readonly signal: AbortSignal
  /** Logs with the task's id and its correlation id. */
  readonly logger: Logger
  /**
   * The names of the steps that it means to take, which the directive may have something to say about. Call it first,
   * before any other await: resolves when the mothership has agreed, and rejects where the work is to stop. Who gives none
   * is stopped before the work where a MUST of the directive is about plans.
   */
  plan(names: readonly string[]): Promise<void>
  /** How far it is, 0 to 1, and with what. Call it as often as you like: at most 4 a second are sent, and the last one. */
  progress(fraction: number, message?: string): void
  /** A step that it took; `at` where that was not just now, in ISO 8601. */
  step(name: string, data?: unknown, at?: string): void
  /** What supports its result, e.g. of type `substitution`. */
  evidence(type: string, data: unknown): void
  /** What it used of language models, so far in all. */
  used(usage: { tokens?: number; usd?: number }): void
}

/** An agent: says what it can do, and does it. `await new MyAgent().run()` connects it to its mothership. */
export abstract class Agent {
  abstract readonly name: string
  abstract readonly version: string
  abstract readonly skills: readonly Skill[]
  /** How many assignments it works on at once, 1 to 100. */
  readonly concurrency: number = 1
  /** A JSON Schema for the configuration that an operator may set; null: any object. */
  readonly configSchema: Readonly<Record<string, unknown>> | null = null
  /** What an operator set, kept up to date. */
  config: Readonly<Record<string, unknown>> = {}

  /**
   * Does one assignment, and resolves with its result: JSON of at most 1 MB, not null. Throw an AgentFailure where it
   * cannot be done; anything else that is thrown is taken for a fault of the agent's, which another attempt may not have.
   */
  abstract perform(assignment: Assignment, work: Work): Promise<unknown>

  /** Connects and registers; resolves then. Throws SecretRefused, or where the mothership refuses the registration. */
  run(options: RunOptions = {}): Promise<RunningAgent> {
    return runAgent(this, options)
  }
}
