import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, connect, until } from '../client.ts'
import { waitUntil } from '../processes.ts'
import { startSystem, type System } from '../system.ts'
import { type Line, openLine } from './proxy.ts'

type Person = Client & { username: string }

let system: System
let line: Line
let [ada, ben]: Person[] = []
let watcher: ReturnType<typeof watch>
/** A belief, and a task that was done under it. */
let governing: { belief: string; task: string }

beforeAll(async () => {
  system = await startSystem()
  line = await openLine(system.base)
  ada = await system.signUp('CURATOR')
  ben = await system.signUp('CURATOR')
  const vera = await system.signUp('VIEWER')
  watcher = watch(connect(line.base, vera.token), await headOf(system.admin))
})
afterAll(async () => {
  await watcher?.stop()
  await line?.dispose()
  await system?.dispose()
})

const headOf = async (client: Client): Promise<number> =>
  (await client.data<{ revision: { number: number } }>('{ revision { number } }')).revision.number

/** Follows the revisions after a number; comes back with the last that it knows wherever its connection is lost. */
const watch = (client: Client, after: number) => {
  const seen: number[] = []
  const lost: unknown[] = []
  let isStopped = false
  let current: ReturnType<typeof client.subscribe> | undefined
  const loop = (async () => {
    while (!isStopped) {
      const updates = client.subscribe<{ ontologyChanged: { number: number } }>(
        'subscription ($after: Int) { ontologyChanged(after: $after) { number author message changeCount } }',
        { after: seen.at(-1) ?? after },
      )
      current = updates
      try {
        for await (const { data } of updates) if (data) seen.push(data.ontologyChanged.number)
      } catch (error) {
        lost.push(error)
      }
      await updates.return?.()
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })()
  return {
    after,
    seen,
    lost,
    stop: async () => {
      isStopped = true
      await current?.return?.()
      await loop
    },
  }
}

const APPLY = `mutation ($changes: [OntologyChangeInput!]!, $baseRevision: Int, $message: String) {
  applyChanges(changes: $changes, baseRevision: $baseRevision, message: $message) { number author message }
}`
const apply = async (by: Client, changes: object[], baseRevision?: number): Promise<number> =>
  (await by.data<{ applyChanges: { number: number } }>(APPLY, { changes, baseRevision })).applyChanges.number

const BELIEF = `query ($id: ID!, $at: Int) {
  belief(id: $id, at: $at) {
    id name description credence strength standing taskTypes asOf deletedAt revision
    relatedValues { effect weight value { name weight } }
    relations { totalCount nodes { type weight from { name strength } to { name } } }
    explanation { credence strength contributions { amount relation { from { name } } } }
  }
}`
interface Belief {
  name: string
  description: string
  credence: number
  strength: number
  taskTypes: string[]
  standing: string
  asOf: number | null
  deletedAt: string | null
  relations: { totalCount: number; nodes: { from: { name: string } }[] }
}
const read = async (id: string, at?: number): Promise<Belief | null> =>
  (await ada!.data<{ belief: Belief | null }>(BELIEF, { id, at })).belief

const PROPOSAL = `
  id status version baseRevision author
  conflicts { path message by revision }
  diff { added removed changed entries { nodes { thing action label fields { field before after } } } }
  preview { effects { belief { name } before after standingBefore standingAfter } problems { path severity message } }
  reviews { reviewer decision isStale }
  mergedAs { number author message }`
interface Proposal {
  id: string
  status: string
  version: number
  author: string
  conflicts: { path: string; by: string | null; revision: number | null }[]
  diff: { added: number; changed: number; entries: { nodes: { label: string; action: string }[] } }
  preview: { effects: { belief: { name: string }; standingAfter: string | null }[] } | null
  reviews: { reviewer: string; decision: string; isStale: boolean }[]
  mergedAs: { number: number; author: string; message: string } | null
}
const propose = async (by: Client, input: object): Promise<Proposal> =>
  (
    await by.data<{ createProposal: Proposal }>(
      `mutation ($input: CreateProposalInput!) { createProposal(input: $input) { ${PROPOSAL} } }`,
      { input },
    )
  ).createProposal
const review = (by: Client, input: object) =>
  by.query<{ reviewProposal: Proposal }>(
    `mutation ($input: ReviewProposalInput!) { reviewProposal(input: $input) { ${PROPOSAL} } }`,
    { input },
  )
const MERGE = `mutation ($id: ID!) { mergeProposal(id: $id) { ${PROPOSAL} } }`

const care = { id: randomUUID(), name: 'Craft', description: 'Work that its maker is proud of.', weight: 0.7 }
const draft = {
  id: randomUUID(),
  name: 'A draft is read aloud before it is sent',
  description: 'What sounds wrong is wrong.',
  credence: 0.6,
}
const haste = {
  id: randomUUID(),
  name: 'The first version is good enough',
  description: 'Polish costs more than it brings.',
  credence: 0.7,
}

describe('two curators and somebody who watches', () => {
  it('change different fields of one belief, and are told of each other where it is the same', async () => {
    const base = await apply(ada!, [
      { createValue: care },
      { createBelief: draft },
      { createBelief: haste },
      { linkValue: { belief: draft.id, value: care.id, effect: 'PROMOTES', weight: 0.9 } },
    ])
    await apply(ada!, [{ updateBelief: { id: draft.id, credence: 0.65 } }], base)
    await apply(ben!, [{ updateBelief: { id: draft.id, description: 'The ear finds what the eye forgives.' } }], base)
    const changes = [{ updateBelief: { id: draft.id, credence: 0.4 } }]
    const { errors } = await ben!.query(APPLY, { changes, baseRevision: base })
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT', by: ada!.username, revision: base + 1 })
    expect(errors?.[0]?.message).toContain('credence')
    expect(await read(draft.id)).toMatchObject({ credence: 0.65, description: 'The ear finds what the eye forgives.' })
  })

  it('see before they save which beliefs, directives and tasks an edit would touch', async () => {
    const { submitTask } = await ada!.data<{ submitTask: { id: string } }>(
      'mutation ($input: SubmitTaskInput!) { submitTask(input: $input) { id } }',
      { input: { type: 'math.solve', input: { operation: 'evaluate', expression: '6 * 7' } } },
    )
    interface Update {
      taskUpdates: { task: { state: string; directive: { constraints: { because: { belief: { id: string } }[] }[] } } }
    }
    const updates = ada!.subscribe<Update>(
      `subscription ($id: ID!) { taskUpdates(id: $id) { task { state directive { constraints { because { belief { id } } } } } } }`,
      { id: submitTask.id },
    )
    const isInWork = (state: string): boolean =>
      ['SUBMITTED', 'DIRECTED', 'ASSIGNED', 'RUNNING', 'VALIDATING'].includes(state)
    const done = await until(updates, ({ taskUpdates }) => !isInWork(taskUpdates.task.state))
    expect(done.at(-1)?.taskUpdates.task.state).toBe('COMPLETED')
    const id = done.at(-1)?.taskUpdates.task.directive.constraints[0]?.because[0]?.belief.id
    const head = await headOf(ada!)
    interface Preview {
      previewChanges: {
        problems: { severity: string }[]
        effects: {
          belief: { id: string; directives: { nodes: { tasks: { nodes: { id: string; state: string }[] } }[] } }
          standingBefore: string
          standingAfter: string
        }[]
      }
    }
    const { previewChanges } = await ada!.data<Preview>(
      `query ($changes: [OntologyChangeInput!]!) {
        previewChanges(changes: $changes) {
          problems { path message severity }
          effects { before after standingBefore standingAfter
            belief { id directives { nodes { id status tasks { nodes { id state } } } } } }
        }
      }`,
      { changes: [{ updateBelief: { id, credence: 0 } }] },
    )
    const effect = previewChanges.effects.find(({ belief }) => belief.id === id)
    expect(effect).toMatchObject({ standingBefore: 'IN_FORCE', standingAfter: 'DEFEATED' })
    const tasks = effect?.belief.directives.nodes.flatMap((directive) => directive.tasks.nodes)
    expect(tasks).toContainEqual({ id: submitTask.id, state: 'COMPLETED' })
    expect(await headOf(ada!)).toBe(head)
    governing = { belief: id!, task: submitTask.id }
  })

  it('see how far a contradiction reaches, down to the tasks that were done under it', async () => {
    const [one, other] = ['Answers are read twice', 'Answers are read once'].map((name) => ({
      id: randomUUID(),
      name,
      description: `${name}, and then sent.`,
      credence: 0.8,
    }))
    await apply(ben!, [
      { createBelief: one },
      { createBelief: other },
      { relateBeliefs: { type: 'CONTRADICTS', from: other!.id, to: one!.id, weight: 0.1 } },
      { relateBeliefs: { type: 'SUPPORTS', from: one!.id, to: governing.belief, weight: 0.1 } },
    ])
    interface Reached {
      belief: { id: string; directives: { nodes: { tasks: { nodes: { id: string; state: string }[] } }[] } }
    }
    interface Contradictions {
      contradictions: { nodes: { belief: { id: string }; blastRadius: { reached: Reached[] } }[] }
    }
    const { contradictions } = await ben!.data<Contradictions>(
      `{ contradictions(first: 20, kind: DECLARED) { nodes { belief { id } blastRadius { reached {
        belief { id directives(first: 3) { nodes { tasks(first: 3) { nodes { id state } } } } } } } } } }`,
    )
    const found = contradictions.nodes.find(({ belief }) => belief.id === other!.id)
    const reached = found?.blastRadius.reached.find(({ belief }) => belief.id === governing.belief)
    const tasks = reached?.belief.directives.nodes.flatMap((directive) => directive.tasks.nodes)
    expect(tasks).toContainEqual({ id: governing.task, state: 'COMPLETED' })
  })

  it('propose, discuss, review and merge, on top of what came since', async () => {
    const proposal = await propose(ada!, {
      title: 'Haste speaks against reading aloud',
      changes: [
        { relateBeliefs: { type: 'CONTRADICTS', from: haste.id, to: draft.id, weight: 1 } },
        { updateBelief: { id: haste.id, credence: 0.9 } },
      ],
    })
    expect(proposal).toMatchObject({ status: 'OPEN', author: ada!.username, conflicts: [] })
    expect(proposal.diff).toMatchObject({ added: 1, changed: 1 })
    expect(proposal.preview?.effects.find(({ belief }) => belief.name === draft.name)?.standingAfter).toBe('DEFEATED')
    await ben!.data('mutation ($input: CommentOnProposalInput!) { commentOnProposal(input: $input) { id } }', {
      input: { proposalId: proposal.id, text: 'Is a weight of 1 not too much?', changeIndex: 0 },
    })
    const own = await review(ada!, { proposalId: proposal.id, version: proposal.version + 1, decision: 'APPROVE' })
    expect(own.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN')
    expect(await ada!.code(MERGE, { id: proposal.id })).not.toBeUndefined()
    // Somebody edits other fields of the same belief meanwhile: that is no conflict.
    await apply(ben!, [{ updateBelief: { id: haste.id, description: 'It costs more.', taskTypes: ['text.write'] } }])
    const now = await ben!.data<{ proposal: Proposal }>(`query ($id: ID!) { proposal(id: $id) { ${PROPOSAL} } }`, {
      id: proposal.id,
    })
    expect(now.proposal.conflicts).toEqual([])
    const version = now.proposal.version
    const approved = await review(ben!, { proposalId: proposal.id, version, decision: 'APPROVE' })
    expect(approved.data?.reviewProposal.reviews).toMatchObject([{ reviewer: ben!.username, decision: 'APPROVE' }])
    const { mergeProposal } = await ben!.data<{ mergeProposal: Proposal }>(MERGE, { id: proposal.id })
    expect(mergeProposal).toMatchObject({ status: 'MERGED', mergedAs: { author: ada!.username } })
    const again = await ben!.data<{ mergeProposal: Proposal }>(MERGE, { id: proposal.id })
    expect(again.mergeProposal.mergedAs?.number).toBe(mergeProposal.mergedAs?.number)
    expect(await read(draft.id)).toMatchObject({ standing: 'DEFEATED' })
    expect(await read(haste.id)).toMatchObject({
      credence: 0.9,
      taskTypes: ['text.write'],
      description: 'It costs more.',
    })
  })

  it('are told what stands in the way of a proposal, and by whom', async () => {
    const proposal = await propose(ada!, {
      title: 'Haste is overrated',
      changes: [{ updateBelief: { id: haste.id, credence: 0.2 } }],
    })
    const revision = await apply(ben!, [{ updateBelief: { id: haste.id, credence: 0.8 } }])
    await review(ben!, { proposalId: proposal.id, version: proposal.version, decision: 'APPROVE' })
    const { errors } = await ben!.query(MERGE, { id: proposal.id })
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT' })
    const { proposal: now } = await ada!.data<{ proposal: Proposal }>(
      `query ($id: ID!) { proposal(id: $id) { ${PROPOSAL} } }`,
      { id: proposal.id },
    )
    expect(now).toMatchObject({ status: 'OPEN', conflicts: [{ by: ben!.username, revision }] })
  })

  it('are told what a revert would take from others, and bring back what was deleted with all that went along', async () => {
    const { revisions } = await ada!.data<{ revisions: { nodes: { number: number; message: string | null }[] } }>(
      'query ($id: ID!) { revisions(nodeId: $id) { nodes { number message } } }',
      { id: draft.id },
    )
    const merged = revisions.nodes.find(({ message }) => message?.includes('Haste speaks against'))!.number
    // Its other half was edited since: what was built on is named.
    const REVERT = 'mutation ($number: Int!) { revertRevision(number: $number) { number message } }'
    const refused = await ada!.query(REVERT, { number: merged })
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT', by: ben!.username })
    const deleted = await ada!
      .data<{ deleteBelief: { revision: number } }>('mutation ($id: ID!) { deleteBelief(id: $id) { revision } }', {
        id: haste.id,
      })
      .then(({ deleteBelief }) => deleteBelief.revision)
    expect((await read(draft.id))?.relations.totalCount).toBe(0)
    expect((await read(draft.id))?.standing).toBe('IN_FORCE')
    await ada!.data(REVERT, { number: deleted })
    expect(await read(haste.id)).toMatchObject({ deletedAt: null, credence: 0.8 })
    expect((await read(draft.id))?.relations.nodes).toMatchObject([{ from: { name: haste.name } }])
    expect((await read(draft.id))?.standing).toBe('DEFEATED')
  })

  it('travel in time: what was read then is what is read of then', async () => {
    const before = await headOf(ada!)
    const then = await read(draft.id)
    await apply(ben!, [
      { updateBelief: { id: draft.id, name: 'A draft is read aloud, twice', credence: 0.95 } },
      { deleteBelief: haste.id },
    ])
    const past = await read(draft.id, before)
    expect(past).toMatchObject({ asOf: before, name: draft.name, strength: then?.strength, standing: 'DEFEATED' })
    expect(past?.relations).toEqual(then?.relations)
    expect(await read(haste.id, before)).toMatchObject({ deletedAt: null })
    interface Diff {
      diffRevisions: { changed: number; removed: number; entries: { nodes: { label: string; action: string }[] } }
    }
    const { diffRevisions } = await ada!.data<Diff>(
      `query ($from: Int!, $to: Int!) { diffRevisions(from: $from, to: $to) {
        added removed changed entries { nodes { thing action label fields { field before after } } } } }`,
      { from: before, to: before + 1 },
    )
    expect(diffRevisions).toMatchObject({ changed: 1, removed: 2 })
    expect(diffRevisions.entries.nodes).toContainEqual(
      expect.objectContaining({ label: haste.name, action: 'REMOVED' }),
    )
  })

  it('take the whole ontology out and in again, and nothing has changed', async () => {
    const head = await headOf(ada!)
    const { exportOntology } = await ada!.data<{ exportOntology: string }>('{ exportOntology(format: TURTLE) }')
    const { importOntology } = await ada!.data<{ importOntology: Record<string, unknown> }>(
      `mutation ($content: String!) {
        importOntology(format: TURTLE, content: $content) { created changed unchanged skipped problems { path message } revision { number } }
      }`,
      { content: exportOntology },
    )
    expect(importOntology).toMatchObject({ created: 0, changed: 0, skipped: 0, problems: [], revision: null })
    expect(await headOf(ada!)).toBe(head)
    const again = await ada!.data<{ exportOntology: string }>('{ exportOntology(format: TURTLE) }')
    expect(again.exportOntology).toBe(exportOntology)
  })

  it('have all meanings computed anew, and see how far that is', async () => {
    interface Progress {
      done: number
      total: number
      since: string
      model: string
    }
    const FIELDS = '{ done total since model }'
    const { embeddingProgress: before } = await ada!.data<{ embeddingProgress: Progress }>(
      `{ embeddingProgress ${FIELDS} }`,
    )
    const updates = ben!.subscribe<{ embeddingProgress: Progress }>(`subscription { embeddingProgress ${FIELDS} }`)
    const { reembed } = await ada!.data<{ reembed: Progress }>(`mutation { reembed ${FIELDS} }`)
    expect(reembed.total).toBeGreaterThan(0)
    expect(reembed.model).toBe(before.model)
    const seen = await until(
      updates,
      ({ embeddingProgress: { done, total, since } }) => since !== before.since && done === total,
    )
    expect(seen.at(-1)?.embeddingProgress).toMatchObject({ since: reembed.since, total: reembed.total })
  })

  it('are watched by somebody who misses nothing, though the connection was cut again and again', async () => {
    const isAtHead = async (): Promise<boolean> => watcher.seen.at(-1) === (await headOf(ada!))
    for (let round = 0; round < 5; round++) {
      // Who has seen the last revision is connected: there is something to cut.
      await waitUntil(isAtHead, `the watcher is there in round ${round}`)
      line.cut()
      await apply(round % 2 === 0 ? ada! : ben!, [
        { createBelief: { name: `Round ${round} counts`, description: 'It does.', credence: 0.5 } },
      ])
    }
    await waitUntil(isAtHead, 'the watcher has caught up')
    const head = await headOf(ada!)
    const first = watcher.after + 1
    expect(watcher.seen).toEqual(Array.from({ length: head - watcher.after }, (_, index) => first + index))
    expect(watcher.lost.length).toBeGreaterThanOrEqual(5)
  })
})
