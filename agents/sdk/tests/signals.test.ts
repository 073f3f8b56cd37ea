import { EventEmitter } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { onSignals } from '../src/signals.ts'
import { ManualClock } from './manual-clock.ts'

let stop: () => void
afterEach(() => stop())

const listen = () => {
  const clock = new ManualClock()
  const source = new EventEmitter()
  const heard: (number | 'first')[] = []
  stop = onSignals({ clock, source, onFirst: () => void heard.push('first'), exit: (code) => void heard.push(code) })
  return { clock, source, heard }
}

describe('the signals of an agent', () => {
  it('end it once, though a terminal, npm and a supervisor send several', () => {
    const { source, heard } = listen()
    for (const signal of ['SIGINT', 'SIGINT', 'SIGTERM']) source.emit(signal, signal)
    expect(heard).toEqual(['first'])
  })

  it('end it at once where a person asks again, and not where a supervisor does', async () => {
    const { clock, source, heard } = listen()
    source.emit('SIGTERM', 'SIGTERM')
    await clock.advance(1500)
    source.emit('SIGTERM', 'SIGTERM')
    expect(heard).toEqual(['first'])
    source.emit('SIGINT', 'SIGINT')
    expect(heard).toEqual(['first', 130])
  })

  it('are left to others when it has ended', () => {
    const { source, heard } = listen()
    stop()
    source.emit('SIGTERM', 'SIGTERM')
    expect([heard, source.listenerCount('SIGTERM'), source.listenerCount('SIGINT')]).toEqual([[], 0, 0])
  })
})
