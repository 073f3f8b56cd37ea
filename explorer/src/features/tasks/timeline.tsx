import type { TaskEventPartsFragment } from '../../generated/graphql.ts'
import { SectionCard } from '../../ui/card.tsx'
import { cn } from '../../ui/cn.ts'
import { duration } from '../../ui/words/numbers.ts'
import { eventTitle, ledTo } from './words.ts'

const dots: Record<string, string> = {
  COMPLETED: 'bg-success',
  FAILED: 'bg-danger',
  VIOLATION: 'bg-danger',
  LEASE_EXPIRED: 'bg-warning',
  RETRIED: 'bg-warning',
  NEEDS_REVIEW: 'bg-warning',
  CANCELLED: 'bg-muted-foreground',
}

/** What happened to a task, the oldest first, each with the time since it was submitted. */
export const Timeline = ({ events }: { events: readonly TaskEventPartsFragment[] }) => {
  const first = events[0]
  return (
    <SectionCard id="timeline" title="Timeline">
      {!first && <p className="text-sm text-muted-foreground">Nothing has happened yet.</p>}
      <ol className="relative mt-2 space-y-4 border-l-2 border-border pl-5">
        {events.map((event) => (
          <li key={event.version} data-testid="task-event" data-type={event.type} className="relative text-sm">
            <span
              aria-hidden
              className={cn(
                'absolute top-1.5 -left-[1.66rem] size-2.5 rounded-full ring-4 ring-card',
                dots[event.type] ?? 'bg-primary',
              )}
            />
            <div className="flex items-baseline justify-between gap-3">
              <span className="font-medium">
                {eventTitle(event.type)}
                {ledTo(event) && <span className="font-normal text-muted-foreground"> → {ledTo(event)}</span>}
              </span>
              <time
                dateTime={event.at}
                title={new Date(event.at).toLocaleString()}
                className="tabular text-xs whitespace-nowrap text-muted-foreground"
              >
                {first && event !== first
                  ? `+${duration(Date.parse(event.at) - Date.parse(first.at))}`
                  : clock(event.at)}
              </time>
            </div>
            {event.message && <p className="mt-0.5 text-xs break-words text-muted-foreground">{event.message}</p>}
          </li>
        ))}
      </ol>
    </SectionCard>
  )
}

const clock = (at: string): string => new Date(at).toLocaleTimeString()
