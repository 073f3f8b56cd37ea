/** Tells a person what a process is doing: before the work, and after it how long it took. */
export type Tell = <T>(title: string, work: () => Promise<T>) => Promise<T>

export const silently: Tell = (_title, work) => work()

/** `say` writes a line. Nothing is said of work that fails: its error says more. */
export const telling =
  (say: (line: string) => void): Tell =>
  async (title, work) => {
    const began = performance.now()
    say(`${title} ...`)
    const result = await work()
    say(`${title}: done in ${((performance.now() - began) / 1000).toFixed(1)} s`)
    return result
  }
