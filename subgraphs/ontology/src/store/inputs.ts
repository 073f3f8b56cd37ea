import type { Relation } from '../domain/node.ts'
import type { Input } from '../domain/strength.ts'

/** A relation to a belief, and what it shares with all others to it: the energy and the count of them all. */
export type PlacedInput = Relation & Input & { energy: number; count: number }

/**
 * Of rows of inputs with their owners, those of each owner that push the hardest, at most parameter n of each type: what
 * contributes the most is among them, whatever the credence. The energy is summed in the order of ids, as strengths are.
 */
export const strongestInputs = (found: string, n: number): string =>
  `select owner, id, type, "from", "to", weight, note, revision, "asOf", "fromStrength", energy, count from (
     select pushing.*, count(*) over (partition by owner)::integer as count,
            row_number() over (partition by owner, type order by push desc, id) as place,
            sum(case when type = 'SUPPORTS' then push else -push end) over (
              partition by owner order by id rows between unbounded preceding and unbounded following) as energy
     from (select found.*, weight * "fromStrength" as push from (${found}) found) pushing
   ) placed
   where place <= $${n}::integer`
