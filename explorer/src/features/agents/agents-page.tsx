import { Bot } from 'lucide-react'
import { Card } from '../../ui/card.tsx'
import { EmptyState, ErrorNote, Loading, Skeleton } from '../../ui/feedback.tsx'
import { Page } from '../../ui/page.tsx'
import type { Role } from '../../ui/words/roles.ts'
import { AgentCard } from './agent-card.tsx'
import { useAgents } from './use-agents.ts'

const grid = 'grid gap-5 sm:grid-cols-2 xl:grid-cols-3'

/** The fleet: who is there, what they can do, and how they fare. */
export const AgentsPage = ({ role }: { role: Role }) => {
  const { agents, error, retry } = useAgents()
  return (
    <Page title="Agents" lead="Every agent that has registered, what it can do, and how it fares. This page is live.">
      {error && <ErrorNote className="mb-6" error={error} onRetry={retry} />}
      {!agents && !error && (
        <Loading what="agents" className={grid}>
          <Skeleton className="h-72 rounded-card" />
          <Skeleton className="h-72 rounded-card" />
          <Skeleton className="h-72 rounded-card" />
        </Loading>
      )}
      {agents?.length === 0 && (
        <Card>
          <EmptyState icon={<Bot />} title="No agent has registered">
            Start one with its secret; it appears here within a second. Tasks wait until an agent can do them.
          </EmptyState>
        </Card>
      )}
      {agents && agents.length > 0 && (
        <ul className={grid} data-testid="agent-list">
          {agents.toSorted(byPresence).map((agent) => (
            <AgentCard key={agent.id} agent={agent} role={role} />
          ))}
        </ul>
      )}
    </Page>
  )
}

/** Who is there before who is not; by name, so that nobody moves while a person reads. */
const byPresence = (
  one: { state: string; name: string; id: string },
  other: { state: string; name: string; id: string },
): number =>
  Number(one.state === 'OFFLINE') - Number(other.state === 'OFFLINE') ||
  one.name.localeCompare(other.name) ||
  one.id.localeCompare(other.id)
