import { setImmediate as nextTurn } from 'node:timers/promises'
import type { PrismaSql, Sql } from '@mothership/platform/database'

/** A transaction as plain SQL. */
export const sqlOf = (tx: PrismaSql): Sql => ({
  query: async <Row>(text: string, values: readonly unknown[] = []) => tx.$queryRawUnsafe<Row[]>(text, ...values),
})

/** Rows as one parameter, for jsonb_to_recordset: any number of rows in one statement. */
export const asJson = (rows: readonly unknown[]): string => JSON.stringify(rows)

/** How many characters of rows one statement takes: in this process, PGlite lets nothing else have its turn meanwhile. */
const PART_CHARACTERS = 250_000

/** Hands rows over as `asJson` does, in parts of a bounded length, one after the other: large imports are long texts. */
export const inParts = async (rows: readonly unknown[], write: (json: string) => Promise<unknown>): Promise<void> => {
  let part: string[] = []
  let length = 0
  const hand = async (): Promise<void> => {
    if (part.length === 0) return
    await write(`[${part.join(',')}]`)
    part = []
    length = 0
  }
  for (const row of rows) {
    const json = JSON.stringify(row)
    if (length + json.length > PART_CHARACTERS && part.length > 0) {
      await hand()
      await nextTurn()
    }
    part.push(json)
    length += json.length
  }
  await hand()
}

/** The columns of a relation as it is now, as the domain names them. */
export const RELATION =
  'r.id, r.type, r.from_id as "from", r.to_id as "to", r.weight, r.note, r.revision, null::integer as "asOf"'

/** The columns of a link as it is now, as the domain names them. */
export const LINK =
  'l.id, l.belief_id as belief, l.value_id as value, l.effect, l.weight, l.revision, null::integer as "asOf"'

/** Parameter n, a JSON list of ids, as a set. Ids travel as JSON because drivers encode arrays each in their own way. */
export const idSet = (n: number): string =>
  `(select id::uuid from jsonb_array_elements_text($${n}::jsonb) as list (id))`

/** In a list that has the heaviest first, what comes after parameters 2 and 3, a weight and an id; null: everything. */
export const beyond = (alias: string): string =>
  `($2::float8 is null or ${alias}.weight < $2::float8 or (${alias}.weight = $2::float8 and ${alias}.id > $3::uuid))`
