import type { Sql } from '@mothership/platform/database'

/** For how long a process has what it took; after that it is thought dead, and another takes it. */
export const CLAIM_SECONDS = 30

/** What the source of a vector of the present pass begins with. The first of a model has no number. */
export const PREFIX = `p.model || ':' || case when p.number = 0 then '' else p.number || ':' end`

/** Whether the vector of a document is of the model of parameter n: those of others cannot be compared with its own. */
export const isOfModel = (document: string, n: number): string =>
  // Without statistics, PostgreSQL would take a plain condition for one that nothing passes, and leave the index.
  `case when starts_with(${document}.embedded_from, $${n}::text || ':') then true else false end`

/** Whether it is of the model that computes the meanings now, whichever this process is configured for. */
export const isOfPresentModel = (document: string): string =>
  `case when starts_with(${document}.embedded_from, (select model || ':' from ontology.embedding_pass))
        then true else false end`

/** What the vectors of the present pass begin with; null where another model computes them. */
export const findPass = async (sql: Sql, model: string): Promise<string | null> => {
  const [row] = await sql.query<{ prefix: string }>(
    `select ${PREFIX} as prefix from ontology.embedding_pass p where p.model = $1::text`,
    [model],
  )
  return row?.prefix ?? null
}

/** The same, which stays so until the transaction ends: nobody begins another pass meanwhile. */
export const holdPass = async (sql: Sql): Promise<string> => {
  const [row] = await sql.query<{ prefix: string }>(
    `select ${PREFIX} as prefix from ontology.embedding_pass p for share`,
  )
  if (!row) throw new Error('ontology.embedding_pass has no row')
  return row.prefix
}
