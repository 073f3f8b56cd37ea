import { randomUUID } from 'node:crypto'
import type { EventLog } from '@mothership/platform/events'
import { createRuntime, type Foundation } from '@mothership/platform/runtime'
import { createTestFoundation } from '@mothership/platform/testing'
import { disposeAll } from '@mothership/platform/time'
import { PrismaClient } from '@mothership/prisma'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compilerAlone, type Directive } from '../src/domain/directive.ts'
import { createDirectiveStore, type DirectiveStore } from '../src/store.ts'

// The store alone, with nobody who compares or follows: what two processes do is done here in a chosen order.
let foundation: Foundation
let store: DirectiveStore
let logs: EventLog[]
beforeAll(async () => {
  foundation = await createTestFoundation()
  const [own, tasks] = [
    await createRuntime(foundation, 'directive', () => undefined),
    await createRuntime(foundation, 'task', () => undefined),
  ]
  logs = [own.events, tasks.events]
  store = createDirectiveStore(own, { usageDays: 400 })
})
afterAll(() => disposeAll([...logs.map(({ dispose }) => dispose), foundation.dispose]))

/** A task's own directive, compiled at revision 4. */
const kept = (given: Partial<Directive> = {}): Promise<Directive & { taskId: string }> => {
  const draft: Directive = {
    id: randomUUID(),
    taskType: 'test.solve',
    taskId: randomUUID(),
    input: {},
    constraints: [],
    suppressed: [],
    conflicts: [],
    ontologyRevision: 4,
    isByMeaning: true,
    mustsCut: 0,
    shouldsCut: 0,
    status: 'ACTIVE',
    engine: compilerAlone('None.'),
    createdAt: new Date(),
    ...given,
  }
  return store.createDirective(draft, 'SERVICE') as Promise<Directive & { taskId: string }>
}

/** What happened to a task, as the task subgraph tells it. */
const happen = (taskId: string, ...transitions: readonly (readonly [string | null, string | null])[]) => {
  const client = foundation.database.client(PrismaClient)
  const drafts = transitions.map(([from, to], place) => ({
    ...{ entityId: taskId, version: place + 1, type: to ?? 'PROGRESS', payload: { from, to }, payloadVersion: 1 },
  }))
  return logs[1]?.write(client, (_tx, append) => append(drafts))
}

const found = (
  { id }: Directive,
  what: 'same' | 'differing',
  { revision, isSettled = true }: { revision: number; isSettled?: boolean },
) => store.keepComparison({ same: [], differing: [], [what]: [id], revision, isSettled })

const statusOf = async ({ id }: Directive) => (await store.findDirectives([id]))[0]?.status

const comparedAt = async ({ id }: Directive): Promise<number | undefined> => {
  const [row] = await foundation.database.query<{ at: number }>(
    'select compared_at as at from directive.unfinished where directive_id = $1::uuid',
    [id],
  )
  return row?.at
}

describe('what a comparison found', () => {
  it('is kept with the revision, and says nothing more of what was compared with a newer one', async () => {
    const directive = await kept()
    await found(directive, 'same', { revision: 6 })
    await found(directive, 'differing', { revision: 5 })
    await found(directive, 'differing', { revision: 5, isSettled: false })
    expect(await statusOf(directive)).toBe('ACTIVE')
    expect(await comparedAt(directive)).toBe(6)
    await found(directive, 'differing', { revision: 7 })
    expect(await statusOf(directive)).toBe('STALE')
    expect(await comparedAt(directive)).toBe(7)
  })

  it('stands as the newest says where two are kept at once, whichever comes first', async () => {
    for (let round = 0; round < 6; round++) {
      const directive = await kept()
      const two = [
        () => found(directive, 'differing', { revision: 5 }),
        () => found(directive, 'same', { revision: 6 }),
      ] as const
      await Promise.all((round % 2 === 0 ? two : two.toReversed()).map((keep) => keep()))
      expect([await statusOf(directive), await comparedAt(directive)]).toEqual(['ACTIVE', 6])
    }
  })

  it('is compared once more where the meaning of some beliefs was not known', async () => {
    const directive = await kept()
    await found(directive, 'differing', { revision: 6, isSettled: false })
    expect([await statusOf(directive), await comparedAt(directive)]).toEqual(['STALE', 4])
    await found(directive, 'same', { revision: 6 })
    expect([await statusOf(directive), await comparedAt(directive)]).toEqual(['ACTIVE', 6])
    // Whoever read the same revision earlier, and is slow.
    await found(directive, 'differing', { revision: 6, isSettled: false })
    expect(await statusOf(directive)).toBe('ACTIVE')
  })

  it.each(['same', 'differing'] as const)('is nothing to one whose task has ended: %s', async (what) => {
    const directive = await kept()
    if (what === 'same') await found(directive, 'differing', { revision: 5 })
    const before = await statusOf(directive)
    await happen(directive.taskId, [null, 'SUBMITTED'], ['SUBMITTED', 'FAILED'], [null, null])
    await found(directive, what, { revision: 6 })
    expect(await statusOf(directive)).toBe(before)
    expect(await comparedAt(directive)).toBeUndefined()
  })

  it('is kept of one whose task had ended and was retried', async () => {
    const directive = await kept()
    await happen(directive.taskId, [null, 'SUBMITTED'], ['SUBMITTED', 'FAILED'], ['FAILED', 'SUBMITTED'], [null, null])
    await found(directive, 'differing', { revision: 6 })
    expect([await statusOf(directive), await comparedAt(directive)]).toEqual(['STALE', 6])
  })
})

describe('a directive that was not compiled by meaning', () => {
  it('says so, and was compared with nothing until it is', async () => {
    const directive = await kept({ isByMeaning: false })
    expect((await store.findDirectives([directive.id]))[0]?.isByMeaning).toBe(false)
    expect(await comparedAt(directive)).toBe(0)
    await found(directive, 'same', { revision: 4 })
    expect([await statusOf(directive), await comparedAt(directive)]).toEqual(['ACTIVE', 4])
  })
})
