import DataLoader from 'dataloader'
import { groupBy } from '@mothership/platform/group-by'
import type { Owned } from './store/pages.ts'

/** What belongs to each of some owners. */
export const byOwner = <T>(find: (owners: readonly string[]) => Promise<Owned<T>[]>) =>
  new DataLoader<string, Owned<T>[]>(async (owners) => {
    const owned = groupBy(await find(owners), ({ owner }) => owner)
    return owners.map((owner) => owned.get(owner) ?? [])
  })

/** Keys that differ in their owner alone are asked for together. */
export const inGroups = <K extends { owner: string }, T>(
  groupOf: (key: K) => unknown[],
  find: (owners: readonly string[], key: K) => Promise<Owned<T>[]>,
) =>
  new DataLoader<K, Owned<T>[], string>(
    async (keys) => {
      const groups = groupBy(keys, (key) => JSON.stringify(groupOf(key)))
      const found = new Map<K, Owned<T>[]>()
      for (const group of groups.values()) {
        const [first] = group
        if (!first) continue
        const owned = groupBy(await find([...new Set(group.map((key) => key.owner))], first), ({ owner }) => owner)
        for (const key of group) found.set(key, owned.get(key.owner) ?? [])
      }
      return keys.map((key) => found.get(key) ?? [])
    },
    { cacheKeyFn: (key) => JSON.stringify([key.owner, ...groupOf(key)]) },
  )
