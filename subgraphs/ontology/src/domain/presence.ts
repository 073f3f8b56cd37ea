import { isStorable } from '@mothership/platform/storable'
import { isUuid } from '@mothership/platform/uuid'
import { faultyInput } from './parse.ts'

/** After so long without a word a session is over; a heartbeat comes at least every 30 seconds. */
export const EXPIRY_SECONDS = 45
export const MAX_SESSIONS = 1000
export const MAX_SESSIONS_OF_ONE = 20
const MAX_SESSION_NAME = 100

/** Where one window of a person is. */
export interface Whereabouts {
  readonly curator: string
  readonly session: string
  readonly nodeId: string | null
  readonly isEditing: boolean
}

export interface Presence extends Whereabouts {
  readonly lastSeenAt: Date
}

/** Throws BadUserInputError where a session's name or the id of what is looked at cannot be one. */
export const parseWhereabouts = (given: Whereabouts): Whereabouts => {
  const { session, nodeId } = given
  if (session.length === 0 || session.length > MAX_SESSION_NAME || !isStorable(session)) {
    throw faultyInput([{ path: 'session', message: `must have 1 to ${MAX_SESSION_NAME} characters` }])
  }
  if (nodeId !== null && !isUuid(nodeId)) {
    throw faultyInput([{ path: 'nodeId', message: 'must be the id of what is looked at, a UUID; or leave it out' }])
  }
  return { ...given, nodeId: nodeId?.toLowerCase() ?? null }
}

/** What two lists must differ in to be worth telling: heartbeats alone are not. */
export const presenceKey = (list: readonly Presence[]): string =>
  JSON.stringify(list.map(({ curator, session, nodeId, isEditing }) => [curator, session, nodeId, isEditing]))
