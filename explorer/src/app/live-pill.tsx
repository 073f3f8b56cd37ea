import { cn } from '../ui/cn.ts'
import { useSocketStatus } from './session-context.tsx'
import type { SocketStatus } from './socket.ts'

const looks: Record<Exclude<SocketStatus, 'idle'>, { words: string; dot: string; title: string }> = {
  connecting: {
    words: 'Connecting',
    dot: 'bg-muted-foreground animate-pulse',
    title: 'The live connection is being opened.',
  },
  live: { words: 'Live', dot: 'bg-success', title: 'Changes show up here by themselves.' },
  lost: {
    words: 'Reconnecting',
    dot: 'bg-warning animate-pulse',
    title: 'The live connection was lost. What you see may be old; it catches up when the connection is back.',
  },
}

/** Whether what is on the screen changes by itself. */
export const LivePill = () => {
  const status = useSocketStatus()
  const look = status === 'idle' ? null : looks[status]
  return (
    <div
      role="status"
      data-testid="live-status"
      data-status={status}
      title={look?.title}
      className="text-xs font-medium text-muted-foreground"
    >
      {look && (
        <span className="flex items-center gap-2 rounded-full border px-2.5 py-1">
          <span aria-hidden className={cn('size-2 rounded-full', look.dot)} />
          <span className="max-sm:sr-only">{look.words}</span>
        </span>
      )}
    </div>
  )
}
