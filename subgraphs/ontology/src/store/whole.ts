import type { Relation, ValueLink } from '../domain/node.ts'
import type { WholeOntology } from './graph-reads.ts'
import { LINK, RELATION, sqlOf } from './sql.ts'
import { type OwnTables, toBelief, toValue } from './tables.ts'

/** All that is live now, of one snapshot. */
export const readWhole = (prisma: OwnTables): Promise<WholeOntology> =>
  prisma.$transaction(
    async (tx) => {
      const sql = sqlOf(tx)
      const live = { where: { deletedAt: null }, orderBy: { id: 'asc' } } as const
      const { revision } = await tx.ontologyHead.findFirstOrThrow()
      return {
        revision,
        values: (await tx.value.findMany(live)).map(toValue),
        beliefs: (await tx.belief.findMany(live)).map(toBelief),
        relations: await sql.query<Relation>(`select ${RELATION} from ontology.relation r order by r.id`),
        valueLinks: await sql.query<ValueLink>(`select ${LINK} from ontology.value_link l order by l.id`),
      }
    },
    { isolationLevel: 'RepeatableRead' },
  )
