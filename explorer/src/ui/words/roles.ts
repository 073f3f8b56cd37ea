/** Roles include each other: ADMIN > CURATOR > VIEWER, ADMIN > OPERATOR > VIEWER. */
export type Role = 'VIEWER' | 'CURATOR' | 'OPERATOR' | 'ADMIN'

/** Who is signed in, as their access token says it. */
export type Person = { id: string; name: string; role: Role }

/** Whether that role may act on every task and agent; the server decides, this only hides what it would refuse. */
export const mayOperate = (role: Role): boolean => role === 'OPERATOR' || role === 'ADMIN'

export const roleWords: Record<Role, string> = {
  VIEWER: 'Viewer',
  CURATOR: 'Curator',
  OPERATOR: 'Operator',
  ADMIN: 'Administrator',
}
