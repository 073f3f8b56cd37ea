import type { Sql } from '@mothership/platform/database'

/** Takes away what processes left that died. */
export const forgetOldClaims = async (sql: Sql): Promise<void> => {
  await sql.query(`delete from directive.model_claim where claimed_until < now() - interval '1 hour'`)
}

export type ClaimStore = ReturnType<typeof createClaimStore>

/** Which process asks a language model which question. A claim ends by the database's clock, whatever became of its holder. */
export const createClaimStore = (sql: Sql) => ({
  /** Takes a claim that is free or has run out. Answers the token of who holds it now; null: it was just released. */
  takeClaim: async (key: string, token: string, seconds: number): Promise<string | null> => {
    const taken = await sql.query(
      `insert into directive.model_claim (key, token, claimed_until)
       values ($1, $2::uuid, now() + make_interval(secs => $3::float8))
       on conflict (key) do update set token = excluded.token, claimed_until = excluded.claimed_until
       where model_claim.claimed_until < now()
       returning token`,
      [key, token, seconds],
    )
    if (taken.length > 0) return token
    const [held] = await sql.query<{ token: string }>(
      'select token::text as token from directive.model_claim where key = $1',
      [key],
    )
    return held?.token ?? null
  },

  renewClaim: async (key: string, token: string, seconds: number): Promise<void> => {
    await sql.query(
      `update directive.model_claim set claimed_until = now() + make_interval(secs => $3::float8)
       where key = $1 and token = $2::uuid`,
      [key, token, seconds],
    )
  },

  releaseClaim: async (key: string, token: string): Promise<void> => {
    await sql.query('delete from directive.model_claim where key = $1 and token = $2::uuid', [key, token])
  },
})
