import type { Sql } from '@mothership/platform/database'
import { BadUserInputError } from '@mothership/platform/errors'
import { isUuid } from '@mothership/platform/uuid'

const MOST = 10_000
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000'

/**
 * The beliefs that a task's own directive rests on or rested on, by their ids: a page. It goes from one belief to the next
 * by the index, however many directives rest on each. Throws BadUserInputError.
 */
export const findGovernedBeliefs = async (
  sql: Sql,
  { first, after }: { first: number; after: string | null },
): Promise<string[]> => {
  if (first < 1 || first > MOST) {
    throw new BadUserInputError(`first is ${first}; it may be 1 to ${MOST}.`, { path: 'first' })
  }
  if (after !== null && !isUuid(after)) throw new BadUserInputError('after is no id of a belief.', { path: 'after' })
  const rows = await sql.query<{ id: string }>(
    `with recursive next (id) as (
       (select belief_id from directive.constraint_belief where belief_id > $1::uuid order by belief_id limit 1)
       union all
       select (select c.belief_id from directive.constraint_belief c where c.belief_id > next.id
               order by c.belief_id limit 1)
       from next where next.id is not null
     )
     select id from next
     where id is not null and exists (
       select from directive.constraint_belief c join directive.directive d on d.id = c.directive_id
       where c.belief_id = next.id and d.task_id is not null and d.origin = 'SERVICE'
     )
     limit $2::integer`,
    [after ?? BEFORE_ALL, first],
  )
  return rows.map(({ id }) => id)
}
