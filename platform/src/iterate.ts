/**
 * Maps and filters an iterator without an async generator around it: `return()` reaches the source at once, even while
 * a `next()` is pending (a generator would wait for that first).
 */
export const mapAsync = <T, R>(
  source: AsyncIterator<T>,
  map: (item: T) => R | Promise<R>,
  options: { filter?: (item: T) => boolean } = {},
): AsyncIterableIterator<R> => ({
  async next() {
    for (;;) {
      const result = await source.next()
      if (result.done) return { done: true, value: undefined }
      if (options.filter?.(result.value) ?? true) return { done: false, value: await map(result.value) }
    }
  },
  async return() {
    await source.return?.()
    return { done: true, value: undefined }
  },
  [Symbol.asyncIterator]() {
    return this
  },
})

/** First the given items, then the source. */
export const startWith = <T>(items: readonly T[], source: AsyncIterator<T>): AsyncIterableIterator<T> => {
  const pending = [...items]
  return {
    async next() {
      const item = pending.shift()
      if (item !== undefined) return { done: false, value: item }
      const result = await source.next()
      return result.done ? { done: true, value: undefined } : { done: false, value: result.value }
    },
    async return() {
      pending.length = 0
      await source.return?.()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

/**
 * An iterator over what `pull` brings. One pull at a time, however often `next()` is called meanwhile: two at once would
 * bring the same twice. `end` is called by `return()`, at once, and has to wake a pull that waits; it is called too where
 * a pull throws, as whoever reads by `for await` does not return an iterator that threw.
 */
export const iteratePulls = <T>(
  pull: () => Promise<IteratorResult<T>>,
  end: () => void | Promise<void>,
): AsyncIterableIterator<T> => {
  let previous: Promise<unknown> = Promise.resolve()
  return {
    next() {
      const result = previous.then(pull).catch(async (error: unknown) => {
        await end()
        throw error
      })
      previous = result.catch(() => undefined)
      return result
    },
    async return() {
      await end()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
