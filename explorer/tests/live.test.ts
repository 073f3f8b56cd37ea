import { describe, expect, it } from 'vitest'
import { resumeAfter } from '../src/app/resuming-link.ts'
import { waitBeforeRetry } from '../src/app/socket.ts'

describe('resumeAfter', () => {
  it('goes on after the cursor of a task’s or an agent’s update', () => {
    expect(resumeAfter({ taskUpdates: { cursor: 'c9', task: {} } })).toBe('c9')
  })

  it('goes on after the number of a revision', () => {
    expect(resumeAfter({ ontologyChanged: { number: 12 } })).toBe(12)
  })

  it('starts anew where an update carries neither', () => {
    expect(resumeAfter({ assignmentsAvailable: 3 })).toBeNull()
    expect(resumeAfter(null)).toBeNull()
  })
})

describe('waitBeforeRetry', () => {
  it('doubles, up to 20 seconds, and is spread by half as long again', () => {
    expect([0, 1, 2, 3].map((retries) => waitBeforeRetry(retries, () => 0))).toEqual([400, 800, 1_600, 3_200])
    expect(waitBeforeRetry(1_000, () => 0)).toBe(20_000)
    expect(waitBeforeRetry(1_000, () => 1)).toBe(30_000)
  })
})
