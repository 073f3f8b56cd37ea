import { SearchX } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link, useParams } from 'react-router'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyState, ErrorNote, Loading, Skeleton } from '../../ui/feedback.tsx'
import { ProgressBar } from '../../ui/meter.tsx'
import { Page } from '../../ui/page.tsx'
import { TextLink } from '../../ui/text-link.tsx'
import { TaskStateBadge } from '../../ui/task-state-badge.tsx'
import { TimeAgo } from '../../ui/time.tsx'
import { duration, percent } from '../../ui/words/numbers.ts'
import type { Person } from '../../ui/words/roles.ts'
import { isInWork, stateWords } from '../../ui/words/task-state.ts'
import { agentsPath, tasksPath } from '../../url.ts'
import { ComplianceBanner } from './compliance-banner.tsx'
import { DirectiveSection } from './directive-section.tsx'
import { Payload } from './payload.tsx'
import { TaskActions } from './task-actions.tsx'
import { Timeline } from './timeline.tsx'
import { type ShownTask, useTask } from './use-task.ts'

/** One task: what was asked, what the agent was told and why, what it did, and whether that holds. */
export const TaskPage = ({ person }: { person: Person }) => {
  const { id = '' } = useParams()
  const { task, error, liveError, refetch } = useTask(id)
  const retry = () => void refetch()
  if (task === undefined) {
    return <Page title="Task">{error ? <ErrorNote error={error} onRetry={retry} /> : <TaskSkeleton />}</Page>
  }
  if (task === null) return <NoSuchTask />
  return (
    <Page title={task.type} lead={<TaskLead task={task} />} actions={<TaskActions task={task} person={person} />}>
      {(error ?? liveError) && <ErrorNote className="mb-6" error={error ?? liveError} onRetry={retry} />}
      <div className="grid items-start gap-6 lg:grid-cols-[1fr_20rem]">
        <div className="min-w-0 space-y-6">
          <Outcome task={task} />
          <Payload task={task} />
          <DirectiveSection task={task} />
        </div>
        <div className="space-y-6">
          <Facts task={task} />
          <Timeline events={task.events.nodes} />
        </div>
      </div>
    </Page>
  )
}

const TaskLead = ({ task }: { task: ShownTask }) => (
  <span className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm">
    <TaskStateBadge state={task.state} />
    <span>{stateWords[task.state].meaning}</span>
    <span className="font-mono text-xs">{task.id}</span>
  </span>
)

/** What stands out: progress while it moves, what went wrong, and the verdict. */
const Outcome = ({ task }: { task: ShownTask }) => (
  <>
    {isInWork(task.state) && (
      <Card className="px-6 py-5">
        <div className="mb-2 flex justify-between text-sm">
          <span className="font-medium">Progress</span>
          <span className="tabular text-muted-foreground">
            {task.progress === null ? 'not reported yet' : percent(task.progress)}
          </span>
        </div>
        <ProgressBar label="Progress" value={task.progress} />
        {task.progressMessage && <p className="mt-2 text-sm text-muted-foreground">{task.progressMessage}</p>}
      </Card>
    )}
    {task.reviewReason && (
      <div
        data-testid="review-reason"
        className="rounded-card border border-warning/30 bg-warning-soft px-6 py-4 text-sm"
      >
        <p className="font-medium text-warning">Waiting for a person</p>
        <p className="mt-1 break-words">{task.reviewReason}</p>
      </div>
    )}
    {task.error && (
      <div
        role="alert"
        data-testid="task-error"
        className="rounded-card border border-danger/30 bg-danger-soft px-6 py-4 text-sm"
      >
        <p className="font-medium text-danger">
          The task failed <code className="ml-1 font-mono text-xs">{task.error.code}</code>
        </p>
        <p className="mt-1 break-words whitespace-pre-wrap">{task.error.message}</p>
      </div>
    )}
    {task.compliance && <ComplianceBanner compliance={task.compliance} />}
  </>
)

const Facts = ({ task }: { task: ShownTask }) => (
  <Card className="px-6 py-5">
    <h2 className="sr-only">Facts</h2>
    <dl className="space-y-3 text-sm">
      <Fact term="Agent">{task.agent ? <TextLink to={agentsPath}>{task.agent.name}</TextLink> : 'none yet'}</Fact>
      <Fact term="Attempts">
        {task.attempts} of {task.maxAttempts}
      </Fact>
      <Fact term="Submitted">
        <TimeAgo at={task.createdAt} />
      </Fact>
      {task.completedAt && (
        <Fact term="Took">{duration(Date.parse(task.completedAt) - Date.parse(task.createdAt))}</Fact>
      )}
      {task.deadline && <Fact term="Deadline">{new Date(task.deadline).toLocaleString()}</Fact>}
      {task.priority !== 0 && <Fact term="Priority">{task.priority}</Fact>}
      {task.directive && (
        <Fact term="Ontology">
          <Badge>revision {task.directive.ontologyRevision}</Badge>
        </Fact>
      )}
    </dl>
  </Card>
)

const Fact = ({ term, children }: { term: string; children: ReactNode }) => (
  <div className="flex items-baseline justify-between gap-4">
    <dt className="text-muted-foreground">{term}</dt>
    <dd className="tabular min-w-0 text-right break-words">{children}</dd>
  </div>
)

const NoSuchTask = () => (
  <Page title="Task">
    <Card>
      <EmptyState icon={<SearchX />} title="No such task">
        <p className="mb-4">The address may be mistyped, or the task belongs to another installation.</p>
        <Button asChild look="outline">
          <Link to={tasksPath()}>See all tasks</Link>
        </Button>
      </EmptyState>
    </Card>
  </Page>
)

const TaskSkeleton = () => (
  <Loading what="the task" className="grid gap-6 lg:grid-cols-[1fr_20rem]">
    <div className="space-y-6">
      <Skeleton className="h-24 rounded-card" />
      <Skeleton className="h-48 rounded-card" />
      <Skeleton className="h-80 rounded-card" />
    </div>
    <div className="space-y-6">
      <Skeleton className="h-48 rounded-card" />
      <Skeleton className="h-72 rounded-card" />
    </div>
  </Loading>
)
