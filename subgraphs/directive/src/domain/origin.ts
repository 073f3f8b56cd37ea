import { type Identity, Role } from '@mothership/platform/identity'

/**
 * Whose a directive or a check is: the task's own, asked for by a subgraph, or a person's. A person's must never stand in for
 * the task's own, which decides what becomes of the task.
 */
export type Origin = 'SERVICE' | 'PERSON'

export const originOf = (identity: Identity): Origin => (identity.role === Role.SERVICE ? 'SERVICE' : 'PERSON')
