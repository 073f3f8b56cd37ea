import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../client.ts'
import { startSystem, type System } from '../system.ts'

let system: System
beforeAll(async () => {
  system = await startSystem()
})
afterAll(() => system.dispose())

const SUBMIT = 'mutation ($input: SubmitTaskInput!) { submitTask(input: $input) { id } }'
const UPDATES = 'subscription ($id: ID!) { taskUpdates(id: $id) { task { state } } }'
/** Task, directive, constraint, belief, value: through all of the subgraphs that have a part of it. */
const TRACE = `query ($id: ID!) { task(id: $id) { state directive { constraints { because {
  beliefName
  belief { id name deletedAt relatedValues(includeDeleted: true) { effect weight value { id name deletedAt } } }
} } } } }`
const APPLY = 'mutation ($changes: [OntologyChangeInput!]!) { applyChanges(changes: $changes) { number } }'

interface Source {
  beliefName: string
  belief: {
    id: string
    name: string
    deletedAt: string | null
    relatedValues: { effect: string; weight: number; value: { id: string; name: string; deletedAt: string | null } }[]
  }
}

const finish = async (): Promise<string> => {
  const input = { type: 'math.solve', input: { operation: 'solve', expression: 'x^2 = 4', variable: 'x' } }
  const { submitTask } = await system.admin.data<{ submitTask: { id: string } }>(SUBMIT, { input })
  await until(
    system.admin.subscribe<{ taskUpdates: { task: { state: string } } }>(UPDATES, { id: submitTask.id }),
    ({ taskUpdates }) => ['COMPLETED', 'FAILED', 'NEEDS_REVIEW'].includes(taskUpdates.task.state),
  )
  return submitTask.id
}
const trace = async (id: string): Promise<Source[]> => {
  const { task } = await system.admin.data<{
    task: { directive: { constraints: { because: Source[] }[] } }
  }>(TRACE, { id })
  return task.directive.constraints.flatMap(({ because }) => because)
}
/** What a trace says of a belief, but for when something was deleted. */
const said = (sources: Source[], id: string) =>
  sources
    .find(({ belief }) => belief.id === id)
    ?.belief.relatedValues.map(({ effect, weight, value: { name } }) => ({ effect, weight, name }))

describe('a finished task', () => {
  it('is traced to the values behind it after its belief, or a value, was deleted; and neither governs any more', async () => {
    const id = await finish()
    const before = await trace(id)
    const [gone, stays] = before.filter(({ belief }) => belief.relatedValues.length > 0).map(({ belief }) => belief)
    if (!gone || !stays) throw new Error('the starter ontology has two beliefs with values for such a task')
    const [lost] = stays.relatedValues
    await system.admin.data(APPLY, { changes: [{ deleteBelief: gone.id }] })
    await system.admin.data(APPLY, { changes: [{ deleteValue: lost?.value.id }] })

    const after = await trace(id)
    for (const one of [gone, stays]) {
      const told = said(after, one.id)
      expect(told).toHaveLength(one.relatedValues.length)
      expect(told).toEqual(expect.arrayContaining(said(before, one.id) ?? []))
    }
    expect(after.find(({ belief }) => belief.id === gone.id)?.belief.deletedAt).not.toBeNull()
    const values = after.flatMap(({ belief }) => belief.relatedValues.map(({ value }) => value))
    expect(values.find((value) => value.id === lost?.value.id)?.deletedAt).not.toBeNull()

    const next = await trace(await finish())
    expect(next.map(({ belief }) => belief.id)).not.toContain(gone.id)
    expect(next.find(({ belief }) => belief.id === stays.id)?.belief.deletedAt).toBeNull()
  })
})
