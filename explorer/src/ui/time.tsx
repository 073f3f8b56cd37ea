import { useSyncExternalStore } from 'react'
import { timeAgo } from './words/numbers.ts'

const tickMilliseconds = 5_000
const listeners = new Set<() => void>()
let now = new Date()
let timer: ReturnType<typeof setInterval> | undefined

/** One clock for every time on the page: it ticks only while one is shown. */
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  now = new Date()
  timer ??= setInterval(() => {
    now = new Date()
    for (const each of listeners) each()
  }, tickMilliseconds)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** How long ago, kept up to date; the full time in the tooltip. `at` is an ISO 8601 time. */
export const TimeAgo = ({ at }: { at: string }) => {
  const current = useSyncExternalStore(subscribe, () => now)
  const then = new Date(at)
  return (
    <time dateTime={at} title={then.toLocaleString()} className="tabular whitespace-nowrap">
      {timeAgo(then, current)}
    </time>
  )
}
