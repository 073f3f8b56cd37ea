import type { EventEmitter } from 'node:events'
import type { Clock } from './clock.ts'

const SIGNALS = ['SIGTERM', 'SIGINT'] as const
/** One Ctrl-C may arrive several times: from the terminal, from npm, and as SIGTERM of a supervisor. */
const SAME_SIGNAL_MILLISECONDS = 1000
const BY_SIGINT = 130

/**
 * Tells of the first signal that is to end the process, and keeps the rest from ending it before what is held is given
 * back; only a SIGINT that comes more than a second later is a person who will not wait. Returns what stops listening.
 */
export const onSignals = (options: {
  clock: Clock
  onFirst: () => void
  exit: (code: number) => void
  source?: EventEmitter
}): (() => void) => {
  const { clock, onFirst, exit, source = process } = options
  let firstAt: number | null = null
  const hear = (signal: NodeJS.Signals): void => {
    if (firstAt === null) {
      firstAt = clock.now()
      onFirst()
    } else if (signal === 'SIGINT' && clock.now() - firstAt > SAME_SIGNAL_MILLISECONDS) exit(BY_SIGINT)
  }
  for (const signal of SIGNALS) source.on(signal, hear)
  return () => {
    for (const signal of SIGNALS) source.off(signal, hear)
  }
}
