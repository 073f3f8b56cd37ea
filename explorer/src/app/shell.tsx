import { Bot, ListChecks, Network } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { Link, NavLink, useLocation } from 'react-router'
import { cn } from '../ui/cn.ts'
import { Logo } from '../ui/logo.tsx'
import type { Person } from '../ui/words/roles.ts'
import { agentsPath, graphPath, tasksPath } from '../url.ts'
import { LivePill } from './live-pill.tsx'
import { PersonMenu } from './person-menu.tsx'

type ShellProps = { person: Person; onSignOut: () => void; children: ReactNode }

const places = [
  { to: graphPath(), words: 'Graph', Icon: Network, isAlsoRoot: true },
  { to: tasksPath(), words: 'Tasks', Icon: ListChecks, isAlsoRoot: false },
  { to: agentsPath, words: 'Agents', Icon: Bot, isAlsoRoot: false },
]

/** The frame around every screen: where one can go, whether the page is live, and who is signed in. */
export const Shell = ({ person, onSignOut, children }: ShellProps) => {
  const { pathname } = useLocation()
  const content = useFocusOnNavigation(pathname === '/' ? graphPath() : pathname)
  return (
    <div className="flex h-dvh flex-col">
      <a
        href="#content"
        className="absolute top-2 left-2 z-50 -translate-y-16 rounded-lg bg-primary px-4 py-2 text-sm font-medium text-primary-foreground focus:translate-y-0"
      >
        Skip to the content
      </a>
      <header className="flex h-14 shrink-0 items-center gap-2 border-b bg-card px-4 sm:gap-6 sm:px-6">
        <Link
          to="/"
          aria-label="Mothership, home"
          className="flex items-center gap-2.5 rounded-lg font-semibold tracking-tight"
        >
          <Logo className="size-7" />
          <span className="hidden sm:inline">Mothership</span>
        </Link>
        <nav aria-label="Main" className="flex h-full items-stretch gap-1">
          {places.map(({ to, words, Icon, isAlsoRoot }) => (
            <NavLink
              key={to}
              to={to}
              className={({ isActive }) =>
                cn(
                  'relative flex items-center gap-2 px-3 text-sm font-medium text-muted-foreground hover:text-foreground',
                  (isActive || (isAlsoRoot && pathname === '/')) &&
                    'text-foreground after:absolute after:inset-x-2 after:bottom-0 after:h-0.5 after:rounded-full after:bg-primary',
                )
              }
            >
              <Icon aria-hidden className="size-4" />
              <span className="max-sm:sr-only">{words}</span>
            </NavLink>
          ))}
        </nav>
        <div className="ml-auto flex items-center gap-2 sm:gap-4">
          <LivePill />
          <PersonMenu person={person} onSignOut={onSignOut} />
        </div>
      </header>
      <main
        ref={content}
        id="content"
        tabIndex={-1}
        className="scrollbar-thin relative min-h-0 flex-1 overflow-y-auto outline-none"
      >
        {children}
      </main>
    </div>
  )
}

/** Another screen begins at its top, and with the focus: a screen reader would go on in the middle of the old one. */
const useFocusOnNavigation = (screen: string) => {
  const content = useRef<HTMLElement>(null)
  const shown = useRef(screen)
  useEffect(() => {
    if (shown.current === screen) return
    shown.current = screen
    content.current?.scrollTo(0, 0)
    content.current?.focus({ preventScroll: true })
  }, [screen])
  return content
}
