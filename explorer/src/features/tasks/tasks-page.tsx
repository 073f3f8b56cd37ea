import { ListChecks } from 'lucide-react'
import { Link, useSearchParams } from 'react-router'
import type { TaskState } from '../../generated/graphql.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { cn } from '../../ui/cn.ts'
import { EmptyState, ErrorNote, Loading, Skeleton } from '../../ui/feedback.tsx'
import { Page } from '../../ui/page.tsx'
import { TextLink } from '../../ui/text-link.tsx'
import { stateWords, taskStates } from '../../ui/words/task-state.ts'
import { oneOf, tasksPath } from '../../url.ts'
import { SubmitForm } from './submit-form.tsx'
import { TaskTable } from './task-table.tsx'
import { useTasks } from './use-tasks.ts'

/** Submit a task, and watch all of them move. */
export const TasksPage = () => {
  const [params] = useSearchParams()
  const state = oneOf(taskStates, params.get('state'))
  return (
    <Page
      title="Tasks"
      lead="Each task gets a directive from the beliefs in force, an agent to do it, and a check of what the agent did."
    >
      <div className="grid items-start gap-8 lg:grid-cols-[22rem_1fr]">
        <Card className="p-6 lg:sticky lg:top-4">
          <h2 className="mb-4 text-base font-semibold">Submit a task</h2>
          <SubmitForm />
        </Card>
        <section aria-labelledby="task-list-title" className="min-w-0">
          <h2 id="task-list-title" className="sr-only">
            All tasks
          </h2>
          <StateFilter selected={state} />
          <TaskListCard key={state} state={state} />
        </section>
      </div>
    </Page>
  )
}

const StateFilter = ({ selected }: { selected: TaskState | null }) => (
  <nav aria-label="Filter by state" className="mb-5 flex flex-wrap gap-1.5">
    {[null, ...taskStates].map((state) => (
      <Link
        key={state}
        to={tasksPath({ state })}
        aria-current={state === selected ? 'true' : undefined}
        className={cn(
          'rounded-full border px-3 py-1 text-sm whitespace-nowrap',
          state === selected
            ? 'border-transparent bg-primary font-medium text-primary-foreground'
            : 'bg-card text-muted-foreground hover:text-foreground',
        )}
      >
        {state === null ? 'All' : stateWords[state].label}
      </Link>
    ))}
  </nav>
)

const TaskListCard = ({ state }: { state: TaskState | null }) => {
  const { tasks, error, liveError, hasMore, isLoadingMore, loadMore, retry } = useTasks(state)
  if (error && !tasks) return <ErrorNote error={error} onRetry={retry} />
  if (!tasks) return <TaskListSkeleton />
  return (
    <>
      {(error ?? liveError) && (
        <ErrorNote className="mb-4" error={error ?? liveError} onRetry={error ? retry : undefined} />
      )}
      <Card className="overflow-hidden">
        {tasks.length === 0 ? <NoTasks state={state} /> : <TaskTable tasks={tasks} />}
      </Card>
      {hasMore && (
        <div className="mt-5 text-center">
          <Button look="outline" disabled={isLoadingMore} onClick={loadMore}>
            {isLoadingMore ? 'Loading…' : 'Load more'}
          </Button>
        </div>
      )}
    </>
  )
}

const NoTasks = ({ state }: { state: TaskState | null }) => (
  <EmptyState
    icon={<ListChecks />}
    title={state ? `No task is ${stateWords[state].label.toLowerCase()}` : 'No tasks yet'}
  >
    {state ? (
      <>
        {stateWords[state].meaning}: a task that comes to this shows up here by itself.{' '}
        <TextLink to={tasksPath()}>See all tasks</TextLink>
      </>
    ) : (
      'Submit the first one with the form: it appears here at once and moves as the agent works.'
    )}
  </EmptyState>
)

const TaskListSkeleton = () => (
  <Card>
    <Loading what="tasks" className="divide-y">
      {Array.from({ length: 6 }, (_, index) => (
        <div key={index} className="flex items-center gap-4 px-5 py-4">
          <Skeleton className="h-5 w-24 rounded-full" />
          <Skeleton className="h-4 flex-1" />
          <Skeleton className="h-4 w-16" />
        </div>
      ))}
    </Loading>
  </Card>
)
