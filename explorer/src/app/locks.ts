/** Runs one piece of work at a time under a name. */
export type Locks = { run<T>(name: string, work: () => Promise<T>): Promise<T> }

/** One at a time within this page. */
export const createPageLocks = (): Locks => {
  const tails = new Map<string, Promise<unknown>>()
  return {
    run(name, work) {
      const turn = (tails.get(name) ?? Promise.resolve()).then(work, work)
      tails.set(
        name,
        turn.catch(() => undefined),
      )
      return turn
    },
  }
}

/**
 * One at a time across all tabs, by Web Locks. Browsers offer them only to secure contexts (https and localhost);
 * elsewhere, such as plain http on a local network, one at a time within this tab is the best there is.
 */
export const createTabLocks = (): Locks => {
  const manager = (navigator as Partial<Navigator>).locks
  if (!manager) return createPageLocks()
  return { run: (name, work) => manager.request(name, work) }
}
