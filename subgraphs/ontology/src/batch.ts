import DataLoader from 'dataloader'
import type { Owned } from './store/pages.ts'

/** What belongs to each of some owners. */
export const byOwner = <T>(find: (owners: readonly string[]) => Promise<Owned<T>[]>) =>
  new DataLoader<string, Owned<T>[]>(async (owners) => {
    const owned = groupByOwner(await find(owners))
    return owners.map((owner) => owned.get(owner) ?? [])
  })

/** Keys that differ in their owner alone are asked for together. */
export const inGroups = <K extends { owner: string }, T>(
  groupOf: (key: K) => unknown[],
  find: (owners: readonly string[], key: K) => Promise<Owned<T>[]>,
) =>
  new DataLoader<K, Owned<T>[], string>(
    async (keys) => {
      const groups = new Map<string, K[]>()
      for (const key of keys) {
        const group = JSON.stringify(groupOf(key))
        groups.set(group, [...(groups.get(group) ?? []), key])
      }
      const found = new Map<K, Owned<T>[]>()
      for (const group of groups.values()) {
        const [first] = group
        if (!first) continue
        const owned = groupByOwner(await find([...new Set(group.map(({ owner }) => owner))], first))
        for (const key of group) found.set(key, owned.get(key.owner) ?? [])
      }
      return keys.map((key) => found.get(key) ?? [])
    },
    { cacheKeyFn: (key) => JSON.stringify([key.owner, ...groupOf(key)]) },
  )

const groupByOwner = <T>(rows: readonly Owned<T>[]): Map<string, Owned<T>[]> => {
  const groups = new Map<string, Owned<T>[]>()
  for (const row of rows) {
    const group = groups.get(row.owner)
    if (group) group.push(row)
    else groups.set(row.owner, [row])
  }
  return groups
}
