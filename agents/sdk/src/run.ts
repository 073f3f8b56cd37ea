import { destination, type Logger, pino } from 'pino'
import type { Agent } from './agent.ts'
import { type Clock, systemClock } from './clock.ts'
import { readEnvironment } from './environment.ts'
import { type Heart, startHeart } from './heart.ts'
import { connectMothership } from './mothership.ts'
import { onSignals } from './signals.ts'
import { inputCheck } from './validation.ts'
import { listenForWork } from './wake.ts'
import { gatherWorkforce } from './workforce.ts'

/** What an agent is run with; what is left out comes from the environment (environment.ts). */
export interface RunOptions {
  /** The mothership's address, e.g. http://localhost:4000. */
  url?: string
  /** What `issueAgentCredential` showed. */
  secret?: string
  /** Which of its processes it is: the same instance registers as the same agent. */
  instance?: string
  logger?: Logger
  /** How long it may go on with what it holds when it is told to end, in milliseconds. */
  graceMilliseconds?: number
  /** Whether SIGTERM and SIGINT drain it and end the process; they do. */
  signals?: boolean
  /** Ends the process: 0 after a signal, 75 for a restart that an operator asked for, 77 where the secret is refused. */
  exit?: (code: number) => void
}

export interface RunningAgent {
  readonly agentId: string
  /** Takes nothing new, finishes what it holds within its grace, signs off and disconnects. The process goes on. */
  dispose(): Promise<void>
}

export const ExitCode = { ENDED: 0, RESTART: 75, REFUSED: 77 } as const
type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

const GRACE_MILLISECONDS = 25_000

/** Work is announced over the WebSocket; this is for what was not heard. */
const LOOK_MILLISECONDS = 5_000

/** Connects an agent to its mothership; resolves once it is registered. `agent.run()` is the same. */
export const runAgent = async (agent: Agent, options: RunOptions = {}): Promise<RunningAgent> => {
  const environment = readEnvironment()
  const secret = options.secret ?? environment.secret
  if (secret === undefined) throw new Error('An agent needs its secret: set MOTHERSHIP_AGENT_SECRET.')
  const { exit = process.exit, graceMilliseconds = GRACE_MILLISECONDS } = options
  const clock = systemClock
  const logger = (options.logger ?? defaultLogger(environment.logLevel)).child({ agent: agent.name })
  const instance = options.instance ?? environment.instance
  const mothership = connectMothership({ url: options.url ?? environment.url, secret, instance, clock })
  const ending = new AbortController()
  const workforce = gatherWorkforce({
    agent,
    mothership,
    clock,
    logger,
    checkInput: inputCheck(agent.skills),
    ending: ending.signal,
  })
  let heart: Heart | undefined
  const stops: (() => Promise<void>)[] = []
  let disposed: Promise<void> | undefined
  let ended: Promise<void> | undefined

  const dispose = (): Promise<void> => (disposed ??= shutDown())
  const shutDown = async (): Promise<void> => {
    try {
      if (heart) await workforce.drain(graceMilliseconds)
      ending.abort()
      await heart?.stop()
      for (const stop of stops) await stop()
      await mothership.close()
    } finally {
      // Not before: while it gives back what it holds, a second signal would cut it short.
      stopListening()
    }
  }
  const end = (code: ExitCode): void => {
    if (!disposed) endWith(code)
  }
  const endWith = (code: ExitCode): void => {
    if (ended) return
    logger.info({ code }, 'ending')
    ended = dispose()
      .catch((error: unknown) => logger.error({ error }, 'it did not end cleanly'))
      .then(() => exit(code))
  }
  const stopListening =
    options.signals === false ? () => undefined : onSignals({ clock, onFirst: () => endWith(ExitCode.ENDED), exit })
  try {
    heart = await startHeart({
      agent,
      instance,
      mothership,
      clock,
      logger,
      load: workforce.load,
      onHold: ({ drain, restart }) => {
        workforce.accept(!drain)
        if (restart) end(ExitCode.RESTART)
      },
      onRefused: (error) => {
        logger.fatal({ error: String(error) }, 'the mothership refuses this agent')
        end(ExitCode.REFUSED)
      },
      ending: ending.signal,
    })
  } catch (error) {
    await dispose()
    // Where a signal came first, the process ends with the signal's code.
    await ended
    throw error
  }
  if (ending.signal.aborted) return { agentId: heart.agentId, dispose }
  const wake = listenForWork({ mothership, clock, logger, onWork: workforce.look })
  const looking = lookNowAndThen(workforce.look, clock, ending.signal)
  stops.push(wake.dispose, () => looking)
  const beating = heart
  return {
    get agentId() {
      return beating.agentId
    },
    dispose,
  }
}

const lookNowAndThen = async (look: () => void, clock: Clock, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    look()
    await clock.sleep(LOOK_MILLISECONDS, signal)
  }
}

/** To standard error: standard output is the agent's own. */
const defaultLogger = (level: string): Logger => pino({ level }, destination({ dest: 2, sync: true }))
