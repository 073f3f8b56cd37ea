/**
 * The batch function of a DataLoader by id: what is asked for at once is found at once, null where there is none. Ids
 * may be written in either case, as UUIDs may; the database writes them in lower case.
 */
export const byId =
  <T extends { readonly id: string }>(find: (ids: readonly string[]) => Promise<readonly T[]>) =>
  async (ids: readonly string[]): Promise<(T | null)[]> => {
    const found = new Map((await find(ids)).map((one) => [one.id, one]))
    return ids.map((id) => found.get(id.toLowerCase()) ?? null)
  }
