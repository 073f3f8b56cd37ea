import type { ReactNode } from 'react'
import type { AgentPartsFragment } from '../../generated/graphql.ts'
import { Badge } from '../../ui/badge.tsx'
import { cn } from '../../ui/cn.ts'
import { Meter } from '../../ui/meter.tsx'
import { TimeAgo } from '../../ui/time.tsx'
import { duration } from '../../ui/words/numbers.ts'
import { type Role, mayOperate } from '../../ui/words/roles.ts'
import { AgentActions } from './agent-actions.tsx'
import { agentStateWords } from './words.ts'

/** One agent: its state, skills and health. */
export const AgentCard = ({ agent, role }: { agent: AgentPartsFragment; role: Role }) => {
  const { health, state } = agent
  const isOffline = state === 'OFFLINE'
  return (
    <li
      data-testid="agent-card"
      data-agent-id={agent.id}
      data-state={state}
      className="flex flex-col rounded-card border bg-card p-6 shadow-card"
    >
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="text-lg leading-snug font-semibold break-words">{agent.name}</h2>
          <p className="text-xs text-muted-foreground">
            version {agent.version} · {isOffline ? 'last seen' : 'seen'} <TimeAgo at={agent.lastSeenAt} />
          </p>
        </div>
        <Badge tone={agentStateWords[state].tone} title={agentStateWords[state].meaning}>
          <span aria-hidden className={cn('size-1.5 rounded-full bg-current', state === 'BUSY' && 'animate-pulse')} />
          {agentStateWords[state].label}
        </Badge>
      </div>
      <ul aria-label="Skills" className="mt-4 space-y-1.5">
        {agent.skills.map((skill) => (
          <li key={skill.id} title={skill.description} className="line-clamp-3 text-sm">
            <code className="rounded bg-muted px-1.5 py-0.5 font-mono text-xs">{skill.id}</code>
            <span className="ml-2 text-muted-foreground">{skill.description}</span>
          </li>
        ))}
      </ul>
      <div className="mt-5">
        <Meter label="Load" value={Math.min(1, Math.max(0, health.load))} />
      </div>
      <dl className="mt-5 mb-auto grid grid-cols-3 gap-3 border-t pt-4">
        <Figure term="completed">{health.completed.toLocaleString('en')}</Figure>
        <Figure term="failed">{health.failed.toLocaleString('en')}</Figure>
        <Figure term="violations">{health.violations.toLocaleString('en')}</Figure>
        <Figure term="median time">
          {health.medianMilliseconds === null ? '—' : duration(health.medianMilliseconds)}
        </Figure>
        <Figure term="at a time">{agent.concurrency}</Figure>
        <Figure term="restarts">{agent.restarts}</Figure>
      </dl>
      {health.lastError && (
        <p className="mt-4 rounded-lg bg-warning-soft px-3 py-2 text-xs break-words">
          <span className="font-medium text-warning">Last error: </span>
          {health.lastError}
        </p>
      )}
      {mayOperate(role) && <AgentActions agent={agent} />}
    </li>
  )
}

const Figure = ({ term, children }: { term: string; children: ReactNode }) => (
  <div className="flex flex-col-reverse">
    <dt className="text-xs text-muted-foreground">{term}</dt>
    <dd className="tabular text-lg leading-tight font-semibold">{children}</dd>
  </div>
)
