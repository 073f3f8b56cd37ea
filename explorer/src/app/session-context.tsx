import { createContext, use, useSyncExternalStore } from 'react'
import type { Session, SessionState } from './session.ts'
import type { LiveSocket, SocketStatus } from './socket.ts'

/** What the shell and the router know of the page's connection; features get what they need as props. */
export type AppParts = { session: Session; socket: LiveSocket }

export const AppContext = createContext<AppParts | null>(null)

export const useApp = (): AppParts => {
  const parts = use(AppContext)
  if (!parts) throw new Error('useApp is called outside of Providers.')
  return parts
}

export const useSessionState = (): SessionState => {
  const { session } = useApp()
  return useSyncExternalStore(session.subscribe, session.state)
}

export const useSocketStatus = (): SocketStatus => {
  const { socket } = useApp()
  return useSyncExternalStore(socket.subscribe, socket.status)
}
