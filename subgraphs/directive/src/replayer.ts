import { setImmediate as nextTurn } from 'node:timers/promises'
import { UnavailableError } from '@mothership/platform/errors'
import type { Peers } from '@mothership/platform/peers'
import { type About, type Directives, MAX_CANDIDATES } from './directives.ts'
import { type Candidates, compileDirective } from './domain/compile.ts'
import type { Directive, DirectiveContent } from './domain/directive.ts'
import { compareWith, hasDifference, type RecordedTask, toRecordedTrace } from './domain/recheck.ts'
import type { PlacedDifference, Replay } from './domain/replay.ts'
import { constraintIdOf, taskText } from './domain/request.ts'
import { asksTheSame } from './domain/staleness.ts'
import { GoverningBeliefsOfDraftDocument } from './generated/ontology-documents.ts'
import { toCandidates } from './governing.ts'
import { FinishedTasksDocument, type FinishedTasksQuery } from './generated/task-documents.ts'
import type { DirectiveStore } from './store.ts'
import type { ReplayedPage } from './store/replays.ts'

/** How many tasks are looked at at a time. */
const PAGE = 10

type FinishedTask = FinishedTasksQuery['finishedTasks']['tasks'][number]
/** What would govern a task, and of which revision of the ontology. */
type Governing = Candidates & { readonly revision: number }

const keyOf = (about: About): string => JSON.stringify([about.taskType, about.text])
const aboutOf = ({ taskType, input }: Directive): About => ({ taskType, text: taskText(taskType, input) })

/** The meaning of some beliefs is being computed: what would govern tasks may be otherwise in a moment. */
export class UnsettledError extends Error {}

/** By words alone all would seem to differ: such a page is looked at again. Throws UnavailableError or UnsettledError. */
const assertComparable = ({ isByMeaning, isSettled }: { isByMeaning: boolean; isSettled: boolean }): void => {
  if (!isByMeaning) throw new UnavailableError('The meaning of the tasks, or of the draft, cannot be computed now.')
  if (!isSettled) throw new UnsettledError('The meaning of some beliefs is not known yet.')
}

/** Looks at the next page of a replay's tasks. It writes nothing, so that it can be done again. */
export const createReplayer = (options: { store: DirectiveStore; directives: Directives; peers: Peers }) => {
  const { store, directives, peers } = options

  /** What would govern each kind of task after the draft; those of one type and text are asked for once. */
  const governDraft = async (replay: Replay, abouts: readonly About[]): Promise<Map<string, Governing>> => {
    const distinct = [...new Map(abouts.map((about) => [keyOf(about), about])).values()]
    if (distinct.length === 0) return new Map()
    const { governingBeliefsOfDraft } = await peers.ontology(
      GoverningBeliefsOfDraftDocument,
      {
        changes: replay.changes as never,
        baseRevision: replay.baseRevision,
        tasks: distinct.map(({ taskType, text }) => ({ taskType, text })),
        limit: MAX_CANDIDATES,
      },
      null,
    )
    const { revision, isSettled, tasks } = governingBeliefsOfDraft
    assertComparable({ isSettled, isByMeaning: tasks.every(({ isByMeaning }) => isByMeaning) })
    const candidates = toCandidates(governingBeliefsOfDraft)
    return new Map(
      distinct.flatMap((about, place) => {
        const found = candidates[place]
        return found ? [[keyOf(about), { ...found, revision }] as const] : []
      }),
    )
  }

  const compileNow = async (about: About): Promise<DirectiveContent> => {
    const { isSettled, compiled } = await directives.compileNow([about])
    const [now] = compiled
    if (!now) throw new Error('the ontology did not say what governs the task')
    assertComparable({ isSettled, isByMeaning: now.isByMeaning })
    return now.content
  }

  return async (replay: Replay): Promise<ReplayedPage> => {
    const first = Math.min(PAGE, replay.total - replay.done)
    const tasks = first > 0 ? await nextTasks(peers, replay, first) : []
    const kept = await store.findDirectivesOf(tasks.map(({ id }) => id))
    const directiveOf = new Map(kept.map((directive) => [directive.taskId, directive]))
    const reports = await store.findReportsOf(tasks.flatMap(({ id, attempt }) => (attempt ? [{ id, ...attempt }] : [])))
    const governing = await governDraft(replay, kept.map(aboutOf))
    // What the ontology gives without the draft, asked for only where a directive differs.
    const today = new Map<string, Promise<DirectiveContent>>()
    const compileToday = (about: About): Promise<DirectiveContent> => {
      const known = today.get(keyOf(about)) ?? compileNow(about)
      today.set(keyOf(about), known)
      return known
    }
    const counts = { directivesDiffering: 0, verdictsDiffering: 0 }
    const differences: PlacedDifference[] = []
    for (const [place, task] of tasks.entries()) {
      const directive = directiveOf.get(task.id)
      const found = directive && governing.get(keyOf(aboutOf(directive)))
      if (!directive || !found) continue
      const idOf = (beliefId: string): string => constraintIdOf(`${replay.id} ${task.id}`, beliefId)
      const would = compileDirective(found, idOf)
      const own = reports.filter(({ taskId, directiveId }) => taskId === task.id && directiveId === directive.id)
      const { hasOtherDirective, hasOtherVerdict, ...comparison } = compareWith(recorded(task, directive, own), would)
      if (hasOtherDirective) counts.directivesDiffering += 1
      if (hasOtherVerdict) counts.verdictsDiffering += 1
      if (hasDifference({ hasOtherDirective, hasOtherVerdict, ...comparison })) {
        differences.push({
          ...comparison,
          ordinal: replay.done + place + 1,
          taskId: task.id,
          taskType: task.type,
          isFromDraft: hasOtherDirective && !asksTheSame(would, await compileToday(aboutOf(directive))),
          ontologyRevision: found.revision,
        })
      }
      // Checks may take seconds: others are served between two tasks.
      await nextTurn()
    }
    return {
      ...counts,
      cursor: replay.cursor,
      next: tasks.at(-1)?.cursor ?? replay.cursor,
      count: tasks.length,
      isLast: tasks.length < first || replay.done + tasks.length >= replay.total,
      differences,
    }
  }
}

const nextTasks = async (peers: Peers, replay: Replay, first: number): Promise<readonly FinishedTask[]> => {
  const variables = { first, after: replay.cursor, before: replay.startedAt.toISOString() }
  return (await peers.task(FinishedTasksDocument, variables, null)).finishedTasks.tasks
}

const recorded = (task: FinishedTask, directive: Directive, reports: RecordedTask['reports']): RecordedTask => {
  const { attempt } = task
  return {
    id: task.id,
    type: directive.taskType,
    input: directive.input,
    directive,
    reports,
    work: attempt && {
      result: attempt.result,
      trace: toRecordedTrace(attempt.trace),
      plan: attempt.plan ?? null,
      milliseconds: attempt.milliseconds,
    },
  }
}
