import { Compass } from 'lucide-react'
import { Suspense, lazy } from 'react'
import {
  Link,
  Navigate,
  Outlet,
  createBrowserRouter,
  useLocation,
  useOutletContext,
  useSearchParams,
} from 'react-router'
import { SignInPage } from '../features/sign-in/sign-in-page.tsx'
import { Button } from '../ui/button.tsx'
import { EmptyState, ErrorNote, Loading, Skeleton } from '../ui/feedback.tsx'
import { Page } from '../ui/page.tsx'
import type { Person } from '../ui/words/roles.ts'
import { safeReturnPath, signInPath } from '../url.ts'
import { CrashPage } from './crash-page.tsx'
import { useApp, useSessionState } from './session-context.tsx'
import { Shell } from './shell.tsx'

// Each screen is a chunk of its own: who opens a task does not wait for the graph.
const GraphPage = lazy(() => import('../features/graph/graph-page.tsx').then((it) => ({ default: it.GraphPage })))
const TasksPage = lazy(() => import('../features/tasks/tasks-page.tsx').then((it) => ({ default: it.TasksPage })))
const TaskPage = lazy(() => import('../features/tasks/task-page.tsx').then((it) => ({ default: it.TaskPage })))
const AgentsPage = lazy(() => import('../features/agents/agents-page.tsx').then((it) => ({ default: it.AgentsPage })))

/** Shows its screens to who is signed in; others sign in first, and come back to where they were. */
const SignedIn = () => {
  const state = useSessionState()
  const { session } = useApp()
  const { pathname, search } = useLocation()
  if (state.phase === 'restoring') return <Restoring error={state.error} onRetry={() => void session.restore()} />
  if (state.phase === 'signed-out') {
    return <Navigate replace to={signInPath(state.because === 'left' ? '/' : pathname + search)} />
  }
  return (
    <Shell person={state.person} onSignOut={() => void session.signOut()}>
      <Suspense fallback={<ScreenSkeleton />}>
        <Outlet context={state.person} />
      </Suspense>
    </Shell>
  )
}

const usePerson = (): Person => useOutletContext<Person>()
const AgentsScreen = () => <AgentsPage role={usePerson().role} />
const TaskScreen = () => <TaskPage person={usePerson()} />

const SignInScreen = () => {
  const state = useSessionState()
  const { session } = useApp()
  const [params] = useSearchParams()
  if (state.phase === 'signed-in') return <Navigate replace to={safeReturnPath(params.get('to'))} />
  if (state.phase === 'restoring') return <Restoring error={state.error} onRetry={() => void session.restore()} />
  const notice = state.because === 'ended' ? 'Your session has ended. Sign in again to go on where you were.' : null
  return <SignInPage signIn={(credentials) => session.signIn(credentials)} notice={notice} />
}

const Restoring = ({ error, onRetry }: { error: unknown; onRetry: () => void }) => (
  <main className="grid min-h-full place-items-center p-6">
    <h1 className="sr-only">Mothership</h1>
    {error === null ? (
      <Loading what="your session">
        <Skeleton className="size-12 rounded-2xl" />
      </Loading>
    ) : (
      <ErrorNote error={error} onRetry={onRetry} className="max-w-md" />
    )}
  </main>
)

const ScreenSkeleton = () => (
  <Loading what="the page" className="mx-auto w-full max-w-6xl space-y-4 px-8 py-10">
    <Skeleton className="h-8 w-48" />
    <Skeleton className="h-4 w-96 max-w-full" />
  </Loading>
)

const NotFound = () => (
  <Page title="Nothing here">
    <EmptyState icon={<Compass />} title="This address leads nowhere">
      <p className="mb-4">It may be mistyped, or from another version.</p>
      <Button asChild look="outline">
        <Link to="/">Go to the graph</Link>
      </Button>
    </EmptyState>
  </Page>
)

export const createRouter = () =>
  createBrowserRouter([
    {
      errorElement: <CrashPage />,
      children: [
        { path: '/sign-in', element: <SignInScreen /> },
        {
          element: <SignedIn />,
          children: [
            // "/" and "/graph" as one route: selecting the first node must not build the canvas anew.
            { path: '/graph?', element: <GraphPage /> },
            { path: '/tasks', element: <TasksPage /> },
            { path: '/tasks/:id', element: <TaskScreen /> },
            { path: '/agents', element: <AgentsScreen /> },
            { path: '*', element: <NotFound /> },
          ],
        },
      ],
    },
  ])
