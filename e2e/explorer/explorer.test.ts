import { AxeBuilder } from '@axe-core/playwright'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, chromiumPath, openBrowser } from '../browser.ts'
import { waitUntil } from '../processes.ts'
import { ADMIN_PASSWORD, startSystem, type System } from '../system.ts'

if (chromiumPath === undefined) {
  console.warn('No Chromium was found on this machine: the stories in a browser are skipped. Set CHROMIUM to its path.')
}

describe.skipIf(chromiumPath === undefined)('a person with the explorer', () => {
  let system: System
  let browser: Browser
  beforeAll(async () => {
    system = await startSystem()
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.dispose()
    await system?.dispose()
  })

  const assertAccessible = async (): Promise<void> => {
    const { violations } = await new AxeBuilder({ page: browser.page }).analyze()
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
  }

  it('is told that the name or the password is wrong', async () => {
    const { page } = browser
    await page.goto(system.base)
    await page.getByLabel('User name').fill('admin')
    await page.getByLabel('Password').fill('not-the-password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').filter({ hasText: 'wrong' }).waitFor()
    await assertAccessible()
    await browser.screenshot('sign-in')
    browser.faults.length = 0
  })

  it('signs in and sees the belief graph', async () => {
    const { page } = browser
    await page.getByLabel('Password').fill(ADMIN_PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByTestId('person-menu').waitFor()
    await page.getByTestId('graph-canvas').waitFor()
    await page.getByTestId('legend').waitFor()
    interface Canvas {
      __mothership: { graph: { nodes(): { length: number }; edges(): { length: number } } }
    }
    await page.waitForFunction(() => ((globalThis as unknown as Canvas).__mothership?.graph?.nodes().length ?? 0) > 60)
    await browser.screenshot('graph')
    await assertAccessible()
  })

  it('opens a belief and reads why it is as strong as it is', async () => {
    const { page } = browser
    await page.getByRole('searchbox', { name: 'Search values and beliefs' }).fill('checked by a second way')
    const hit = page.getByRole('list', { name: 'Search results' }).getByTestId('node-link').first()
    await hit.click()
    await page.getByTestId('node-details').waitFor()
    expect(await page.getByTestId('node-name').textContent()).toContain('checked by a second way')
    expect(await page.getByTestId('standing').textContent()).toMatch(/in force/i)
    await page.getByTestId('explanation').waitFor()
    expect(await page.getByTestId('explanation').textContent()).toMatch(/\d/)
    expect(await page.getByTestId('related-values').textContent()).toContain('Accuracy')
    expect(new URL(page.url()).searchParams.get('node')).toBeTruthy()
    await browser.screenshot('belief')
    await assertAccessible()
  })

  it('submits a task, sees it complete without a reload, and follows its provenance to a value', async () => {
    const { page } = browser
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Tasks' }).click()
    await page.getByLabel('Expression').fill('x^2 * sin(x)')
    await page.getByLabel('Operation').waitFor()
    await chooseOperation(page, 'integrate')
    await page.evaluate(() => ((globalThis as { stayed?: boolean }).stayed = true))
    await page.getByRole('button', { name: 'Submit task' }).click()
    await page.waitForURL(/\/tasks\/./)
    await page.locator('[data-testid="task-state"][data-state="COMPLETED"]').first().waitFor()
    expect(await page.evaluate(() => (globalThis as { stayed?: boolean }).stayed)).toBe(true)
    await page.locator('[data-testid="compliance"][data-verdict="COMPLIANT"]').waitFor()
    await page.getByTestId('answer').waitFor()
    await page.getByTestId('timeline').waitFor()
    await browser.screenshot('task')
    await assertAccessible()
    const constraint = page.locator('[data-testid="constraint"][data-level="MUST"]').first()
    const value = constraint.getByTestId('provenance-value').first()
    const name = (await value.textContent())?.trim() ?? ''
    await value.click()
    await page.getByTestId('node-details').waitFor()
    expect(await page.getByTestId('node-name').textContent()).toContain(name)
    await browser.screenshot('value')
  })

  it('sees how a task ended while its page was being read', { timeout: 900_000 }, async () => {
    const { page } = browser
    const isPage = (body: string | null) => body?.includes('query TaskPage(') ?? false
    /** Submits a task, and has the first answer about it come after all of its updates: that answer. */
    const submitAndHold = async (): Promise<string> => {
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Tasks' }).click()
      await page.waitForURL(/\/tasks$/)
      // One that takes seconds, for nobody knows the answer.
      await page.getByLabel('Expression').fill('sin(sin(sin(x)))^x')
      await chooseOperation(page, 'integrate')
      let held: string | null = null
      await page.route('**/graphql', async (route) => {
        if (held !== null || !isPage(route.request().postData())) return route.fallback()
        held = ''
        const response = await route.fetch()
        held = await response.text()
        await allTasksAreDone(system)
        await route.fulfill({ response })
      })
      await page.getByRole('button', { name: 'Submit task' }).click()
      await page.waitForURL(/\/tasks\/./)
      await page.locator('[data-testid="task-state"][data-state="FAILED"]').first().waitFor()
      await page.unroute('**/graphql')
      return held ?? ''
    }
    // Where the page asks late, the task may be done before: then nothing was held back.
    const isOfTaskInWork = /"state":"(SUBMITTED|DIRECTED|ASSIGNED|RUNNING)"/
    let held = ''
    for (let tries = 0; tries < 3 && !isOfTaskInWork.test(held); tries++) held = await submitAndHold()
    expect(held).toMatch(isOfTaskInWork)
  })

  it('sees the task in the list and the agent that did it', { timeout: 900_000 }, async () => {
    const { page } = browser
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Tasks' }).click()
    await page.getByTestId('task-row').first().waitFor()
    await browser.screenshot('tasks')
    await assertAccessible()
    // Submitted by somebody else: nothing on this page asks for it.
    await page.evaluate(() => ((globalThis as { stayed?: boolean }).stayed = true))
    const rowOf = (id: string) => page.locator(`[data-testid="task-row"][data-task-id="${id}"]`)
    // What comes before the page has subscribed is not shown, and nothing tells when that is: until one is shown.
    const isShown = async () => appears(rowOf(await submitQuickTask(system, 0)), 5000)
    await waitUntil(isShown, 'a new task is in the list')
    const row = rowOf(await submitHopelessTask(system))
    await row.locator('[data-testid="task-state"]').waitFor()
    await row.locator('[data-testid="task-state"][data-state="FAILED"]').waitFor()
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Agents' }).click()
    const card = page.getByTestId('agent-card').first()
    await card.waitFor()
    expect(await page.getByTestId('agent-list').textContent()).toContain('math')
    await browser.screenshot('agents')
    await assertAccessible()
    const cardThatIs = (state: string) => page.locator(`[data-testid="agent-card"][data-state="${state}"]`).first()
    await cardThatIs('IDLE').waitFor()
    // Many that it does one after the other: one alone may be done before anybody looks. And again, where all were done
    // before the page had subscribed.
    const isShownBusy = async () => {
      await Promise.all(Array.from({ length: 40 }, (_, place) => submitQuickTask(system, place)))
      return appears(cardThatIs('BUSY'), 30_000)
    }
    await waitUntil(isShownBusy, 'the agent is shown to be busy')
    await cardThatIs('IDLE').waitFor({ timeout: 300_000 })
    expect(await page.evaluate(() => (globalThis as { stayed?: boolean }).stayed)).toBe(true)
  })

  it('comes back to the same belief by its address, after a reload', async () => {
    const { page } = browser
    const { beliefs } = await system.admin.data<{ beliefs: { nodes: { id: string; name: string }[] } }>(
      '{ beliefs(first: 1) { nodes { id name } } }',
    )
    const [belief] = beliefs.nodes
    await page.goto(`${system.base}/graph?node=${belief!.id}`)
    await page.getByTestId('node-details').waitFor()
    expect(await page.getByTestId('node-name').textContent()).toContain(belief!.name)
    expect(browser.faults).toEqual([])
  })
})

const appears = (element: Locator, timeout: number): Promise<boolean> =>
  element.waitFor({ timeout }).then(
    () => true,
    () => false,
  )

/** Submits, from outside the browser, a task that nobody knows the answer to. */
const submitHopelessTask = (system: System): Promise<string> =>
  submit(system, { operation: 'integrate', expression: 'sin(sin(sin(x)))^x', variable: 'x' })

const submitQuickTask = (system: System, place: number): Promise<string> =>
  submit(system, { operation: 'differentiate', expression: `x^2 * sin(${place + 1} * x)`, variable: 'x' })

const submit = async ({ admin }: System, input: object): Promise<string> => {
  const { submitTask } = await admin.data<{ submitTask: { id: string } }>(
    'mutation($input: SubmitTaskInput!) { submitTask(input: $input) { id } }',
    { input: { type: 'math.solve', input } },
  )
  return submitTask.id
}

/** Until no task is under way, and a moment more for the updates that say so. */
const allTasksAreDone = async ({ admin }: System): Promise<void> => {
  const states = async () => {
    const { tasks } = await admin.data<{ tasks: { nodes: { state: string }[] } }>('{ tasks { nodes { state } } }')
    return tasks.nodes.map(({ state }) => state)
  }
  await waitUntil(
    async () => (await states()).every((state) => state === 'COMPLETED' || state === 'FAILED'),
    'every task is done',
  )
  await new Promise((resolve) => setTimeout(resolve, 1000))
}

const chooseOperation = async (page: Browser['page'], operation: string): Promise<void> => {
  const field = page.getByLabel('Operation')
  const isSelect = await field.evaluate((element) => element.tagName === 'SELECT')
  if (isSelect) return void (await field.selectOption({ value: operation }))
  await field.click()
  await page.getByRole('option', { name: operation }).click()
}
