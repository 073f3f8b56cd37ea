import type { Outcome, TaskEventPartsFragment, Verdict } from '../../generated/graphql.ts'
import type { Tone } from '../../ui/badge.tsx'
import { stateWords } from '../../ui/words/task-state.ts'

export const verdictWords: Record<Verdict, { label: string; tone: Tone; meaning: string }> = {
  COMPLIANT: { label: 'Compliant', tone: 'success', meaning: 'Every MUST of the directive was met.' },
  VIOLATION: { label: 'Violation', tone: 'danger', meaning: 'A MUST of the directive was not met.' },
  NEEDS_REVIEW: {
    label: 'Needs review',
    tone: 'warning',
    meaning: 'A MUST could not be judged by a machine: a person decides.',
  },
}

export const outcomeWords: Record<Outcome, { label: string; tone: Tone }> = {
  PASS: { label: 'Pass', tone: 'success' },
  FAIL: { label: 'Fail', tone: 'danger' },
  UNKNOWN: { label: 'Not judged', tone: 'neutral' },
}

/** What an event is called in the timeline: `RESULT_RECEIVED` -> `Result received`. */
export const eventTitle = (type: string): string => {
  const spaced = type
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[._-]/g, ' ')
    .toLowerCase()
  return spaced.charAt(0).toUpperCase() + spaced.slice(1)
}

/** The state that an event led to, where its own name does not say it already. */
export const ledTo = ({ type, to }: Pick<TaskEventPartsFragment, 'type' | 'to'>): string | null =>
  to === null || to === type ? null : stateWords[to].label
