import type { Decision } from '../src/domain/decision.ts'
import type { TaskEvent } from '../src/domain/event.ts'
import { claim, complete, giveUp, hold, isLentTask, noteChecked, start } from '../src/domain/lending.ts'
import { cancel, directed, retryTask, review, submit } from '../src/domain/lifecycle.ts'
import { isFinal, isLent } from '../src/domain/state.ts'
import { nextStepAt, timePasses } from '../src/domain/steps.ts'
import type { Attempt, Task } from '../src/domain/task.ts'
import type { OnFail, Terms } from '../src/domain/terms.ts'
import { stopped, validated, type Ruling } from '../src/domain/verdict.ts'
import { asOf } from '../src/steps/peer-steps.ts'

/** Mulberry32: the same seed, the same numbers in [0, 1). */
const randomOf = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const assert = (claimed: boolean, what: string): void => {
  if (!claimed) throw new Error(what)
}

/** A task, its agents and a clock of its own; whatever happens, what must hold is asserted. */
export const createWorld = (seed: number) => {
  const random = randomOf(seed)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
  let now = new Date(1_000_000)
  const log: string[] = []
  const events: TaskEvent[] = []
  const attempts = new Map<string, Attempt>()
  const results = new Map<string, string>()
  /** Peers that have not answered yet: their answers may come after anything. */
  const inFlight: { about: Task; learnt: (task: Task, now: Date) => Decision }[] = []
  const first = submit(
    {
      id: 'task',
      type: 'math.solve',
      priority: 0,
      maxAttempts: 1 + Math.floor(random() * 4),
      submittedBy: 'ada',
      idempotencyKey: null,
      deadline: random() < 0.2 ? new Date(now.getTime() + 200_000) : null,
      correlationId: 'c',
    },
    now,
  )
  let task: Task = first.task
  events.push(first.event)

  const apply = (what: string, decision: Decision, options: { mayLeaveFinal?: boolean } = {}): Decision['kind'] => {
    log.push(
      `${now.getTime()} ${what}: ${task.state} -> ${decision.kind === 'changed' ? decision.task.state : decision.kind}`,
    )
    if (decision.kind !== 'changed') return decision.kind
    const before = task
    const { attempt } = decision
    assert(options.mayLeaveFinal === true || !isFinal(before.state), `${before.state} is final, and changed by ${what}`)
    decision.events.forEach((event, index) =>
      assert(event.version === before.version + index + 1, `version ${event.version} after ${before.version}`),
    )
    assert(
      decision.task.version === before.version + decision.events.length,
      'the version is not that of the last event',
    )
    const moves = decision.events.filter(({ to }) => to !== null)
    assert(moves.length <= 1, `${moves.length} transitions at a time`)
    if (decision.task.state !== before.state) {
      assert(
        moves[0]?.from === before.state && moves[0].to === decision.task.state,
        'the event tells another transition',
      )
    }
    assert(decision.task.attempts <= decision.task.maxAttempts, 'more attempts than allowed')
    if (attempt) keepAttempt(attempt)
    task = decision.task
    events.push(...decision.events)
    assertState()
    return 'changed'
  }
  const keepAttempt = (attempt: Attempt): void => {
    const known = attempts.get(attempt.id)
    if (known?.end) {
      assert(attempt.end?.reason === known.end.reason && attempt.end.at === known.end.at, 'an attempt ended twice')
      assert(attempt.answerHash === known.answerHash, 'an answer was replaced')
    }
    if (attempt.end?.reason === 'RESULT' && attempt.answerHash !== null) {
      const written = results.get(attempt.id)
      assert(written === undefined || written === attempt.answerHash, 'a result was written twice')
      results.set(attempt.id, attempt.answerHash)
    }
    attempts.set(attempt.id, attempt)
  }
  const assertState = (): void => {
    const open = [...attempts.values()].filter(({ end }) => end === null)
    assert(open.length === (isLent(task.state) ? 1 : 0), `${open.length} open attempts of a task that is ${task.state}`)
    const numbers = [...attempts.values()].map(({ number }) => number)
    assert(new Set(numbers).size === numbers.length, 'two attempts have the same number')
    const mustBeSeen = isLent(task.state) || task.state === 'SUBMITTED' || task.state === 'VALIDATING'
    assert(!mustBeSeen || nextStepAt(task, now) !== null, `nobody would look at a task that is ${task.state}`)
    if (isLentTask(task) && task.attempt.isProgressUntold) {
      const at = nextStepAt(task, now)
      assert(at !== null && at <= new Date((task.attempt.progressEventAt?.getTime() ?? 0) + 250), 'nobody would tell')
    }
    if (task.state === 'COMPLETED') {
      assert(task.attempt?.end?.reason === 'RESULT' && results.has(task.attempt.id), 'completed without a result')
    }
  }

  const onFail = (): OnFail => pick(['REJECT', 'RETRY', 'RETRY', 'RETRY', 'ESCALATE', 'WARN'])
  const ruling = (): Ruling =>
    pick<Ruling>([
      { kind: 'compliant' },
      { kind: 'broken', onFail: onFail(), message: 'not exact' },
      { kind: 'unjudged', reason: 'a judge is needed' },
    ])
  const terms = (): Terms => ({
    budget: random() < 0.3 ? { milliseconds: 1 + Math.floor(random() * 30_000), onFail: onFail() } : null,
    phases: [],
  })
  const anAttempt = (): Attempt | undefined => pick([...attempts.values()])
  const withAttempt = (what: string, decide: (attempt: Attempt) => Decision): void => {
    const attempt = anAttempt()
    if (attempt) apply(`${what} #${attempt.number}`, decide(attempt))
  }

  const moves: Record<string, () => void> = {
    waitAMoment: () => void (now = new Date(now.getTime() + Math.floor(random() * 400))),
    waitLong: () => void (now = new Date(now.getTime() + Math.floor(random() * 20_000))),
    timePasses: () => void apply('timePasses', timePasses(task, now)),
    askDirective: () => {
      if (task.state !== 'SUBMITTED') return
      const conflicts = random() < 0.1 ? ['both MUST'] : []
      const answer = { id: 'directive', terms: terms(), conflicts }
      inFlight.push({ about: task, learnt: asOf(task, (current, at) => directed(current, answer, at)) })
    },
    askVerdict: () => {
      if (task.state !== 'VALIDATING') return
      const report = { id: `report ${inFlight.length}`, ruling: ruling() }
      inFlight.push({ about: task, learnt: asOf(task, (current, at) => validated(current, report, at)) })
    },
    peerAnswers: () => {
      const [answer] = inFlight.splice(Math.floor(random() * inFlight.length), 1)
      if (!answer) return
      const before = task
      // An answer may come twice: its step was taken again while the first was still on its way.
      for (let times = random() < 0.2 ? 2 : 1; times > 0; times--) {
        const kind = apply('peer', answer.learnt(task, now))
        assert(
          kind === 'unchanged' || answer.about.version === before.version,
          'an answer came to what it is not about',
        )
      }
    },
    claim: () => {
      const number = attempts.size + 1
      const to = { attemptId: `a${number}`, tokenHash: `t${number}`, agentId: pick(['x', 'y']), credentialId: 'k' }
      apply('claim', claim(task, to, now))
    },
    start: () =>
      withAttempt('start', (it) => start(task, it, { plan: null, hasCheckedPlan: false, unjudged: null }, now)),
    hold: () => withAttempt('hold', (it) => hold(task, it, { progress: random(), message: null, stepsBytes: 9 }, now)),
    breakRule: () =>
      withAttempt('breakRule', (it) =>
        stopped(
          task,
          it.id,
          { id: 'r', phase: 'DURING', onFail: onFail(), message: 'no', planHash: pick([undefined, 'p']) },
          now,
        ),
      ),
    noteChecked: () =>
      withAttempt('noteChecked', (it) =>
        noteChecked(task, it, { stepsBytes: it.stepsBytes, unjudged: pick(['who knows', null]) }, now),
      ),
    complete: () => {
      const attempt = anAttempt()
      if (!attempt) return
      const hash = pick(['4', '5'])
      const isAgain = results.get(attempt.id) === hash
      const kind = apply(`complete #${attempt.number} with ${hash}`, complete(task, attempt, hash, now))
      assert(!isAgain || kind === 'unchanged', 'the same completion was not answered again')
      assert(isAgain || kind !== 'unchanged', 'a completion was swallowed')
    },
    giveUp: () =>
      withAttempt('giveUp', (it) =>
        giveUp(task, it, { code: 'NO', message: 'no', retryable: random() < 0.7, answerHash: pick(['f', 'g']) }, now),
      ),
    agentRegistersAgain: () => {
      // As the store does: the row is marked, and the step that follows gives the task to another.
      if (!isLent(task.state) || !task.attempt || task.attempt.revokedAt) return
      const revoked = { ...task.attempt, revokedAt: now }
      attempts.set(revoked.id, revoked)
      task = { ...task, attempt: revoked }
      assert(complete(task, revoked, '4', now).kind === 'refused', 'a revoked attempt could be completed')
    },
    cancel: () => void (random() < 0.1 && apply('cancel', cancel(task, now))),
    retry: () => void (random() < 0.3 && apply('retry', retryTask(task, now), { mayLeaveFinal: true })),
    review: () => {
      const decision = pick(['APPROVE', 'APPROVE', 'REJECT'] as const)
      apply('review', review(task, { decision, note: 'as I see it', by: 'olga' }, now))
    },
  }
  const names = Object.keys(moves)
  return {
    log,
    events,
    task: () => task,
    step: () => moves[pick(names)]?.(),
    /** From wherever it stands, with peers and an agent that do their part, the task comes to its end. */
    finish: () => {
      for (let turn = 0; turn < 200 && !isFinal(task.state); turn++) {
        now = new Date(now.getTime() + 16_000)
        moves['timePasses']?.()
        if (task.state === 'SUBMITTED') apply('d', directed(task, { id: 'd', terms: terms(), conflicts: [] }, now))
        if (task.state === 'VALIDATING') apply('v', validated(task, { id: 'v', ruling: ruling() }, now))
        if (task.state === 'NEEDS_REVIEW') moves['review']?.()
        if (task.state === 'DIRECTED') moves['claim']?.()
        if (task.attempt) apply('complete', complete(task, task.attempt, '4', now))
      }
      assert(isFinal(task.state), `it never ended: ${task.state}`)
    },
  }
}
