import { ApolloProvider } from '@apollo/client/react'
import { type ReactNode, useEffect, useState } from 'react'
import { connect } from './apollo.ts'
import { createTabLocks } from './locks.ts'
import { AppContext } from './session-context.tsx'
import { createSession, refreshTokenKey } from './session.ts'
import { createAuthApi } from './tokens.ts'

const start = () => {
  const { origin } = window.location
  const session = createSession({ api: createAuthApi(origin), storage: window.localStorage, locks: createTabLocks() })
  return { session, ...connect(origin, session) }
}

/** The session, the GraphQL client and the socket of this page, for what stands within. */
export const Providers = ({ children }: { children: ReactNode }) => {
  const [{ session, client, socket }] = useState(start)

  useEffect(() => {
    void session.restore()
    const onStorage = ({ key }: StorageEvent) => key === refreshTokenKey && session.follow()
    window.addEventListener('storage', onStorage)
    let shownTo = personId(session.state())
    const unsubscribe = session.subscribe(() => {
      const id = personId(session.state())
      if (id === shownTo) return
      shownTo = id
      // What one person was shown must not be found by the next, nor a socket go on under the other's name.
      socket.client.terminate()
      void client.clearStore()
    })
    return () => {
      window.removeEventListener('storage', onStorage)
      unsubscribe()
    }
  }, [session, client, socket])

  return (
    <AppContext value={{ session, socket }}>
      <ApolloProvider client={client}>{children}</ApolloProvider>
    </AppContext>
  )
}

const personId = (state: ReturnType<ReturnType<typeof createSession>['state']>): string | null =>
  state.phase === 'signed-in' ? state.person.id : null
