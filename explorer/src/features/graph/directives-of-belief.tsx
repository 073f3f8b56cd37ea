import { useQuery } from '@apollo/client/react'
import { BeliefDirectivesDocument } from '../../generated/graphql.ts'
import { ErrorNote, Loading, Skeleton } from '../../ui/feedback.tsx'
import { TaskStateBadge } from '../../ui/task-state-badge.tsx'
import { TimeAgo } from '../../ui/time.tsx'
import { count } from '../../ui/words/numbers.ts'
import { TextLink } from '../../ui/text-link.tsx'
import { taskPath } from '../../url.ts'
import { PanelSection } from './panel-section.tsx'

/** The directives that rest on a belief. Asked apart: the details stand where another subgraph is away. */
export const DirectivesOfBelief = ({ id }: { id: string }) => {
  const { data, error, refetch } = useQuery(BeliefDirectivesDocument, { variables: { id } })
  const directives = data?.belief?.directives
  return (
    <PanelSection title="Directives that rest on it" testId="belief-directives">
      {error && !data && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {!error && !data && (
        <Loading what="directives">
          <Skeleton className="h-5 w-2/3" />
        </Loading>
      )}
      {directives && (
        <>
          <p className="mb-2 text-sm" data-testid="directive-count">
            {directives.totalCount === 0 ? 'None yet.' : count(directives.totalCount, 'directive')}
            {directives.totalCount > directives.nodes.length && `, of which ${directives.nodes.length} are shown`}
          </p>
          <ul className="space-y-2 text-sm">
            {directives.nodes.map((directive) => {
              const task = directive.tasks.nodes[0]
              return (
                <li key={directive.id} className="flex items-center justify-between gap-3">
                  {task ? (
                    <TextLink to={taskPath(task.id)}>{task.type}</TextLink>
                  ) : (
                    <span>{directive.taskType}, no task</span>
                  )}
                  <span className="flex items-center gap-2.5 text-xs text-muted-foreground">
                    <TimeAgo at={directive.createdAt} />
                    {task && <TaskStateBadge state={task.state} />}
                  </span>
                </li>
              )
            })}
          </ul>
        </>
      )}
    </PanelSection>
  )
}
