import { CircleAlert, RotateCw } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { Button } from './button.tsx'
import { cn } from './cn.ts'
import { describeError } from './errors.ts'

/** A grey shape where something will be; the element around a group of them says "Loading" once. */
export const Skeleton = ({ className, ...rest }: ComponentProps<'div'>) => (
  <div aria-hidden className={cn('animate-pulse rounded-md bg-track/70', className)} {...rest} />
)

/** Says to assistive technology that `what` is on its way, around its skeletons. */
export const Loading = ({ what, children, className }: { what: string; children: ReactNode; className?: string }) => (
  <div role="status" className={className}>
    <span className="sr-only">Loading {what}…</span>
    {children}
  </div>
)

type EmptyStateProps = { icon: ReactNode; title: string; children?: ReactNode; className?: string }

/** Nothing is here, why, and what to do about it. */
export const EmptyState = ({ icon, title, children, className }: EmptyStateProps) => (
  <div className={cn('flex flex-col items-center px-6 py-12 text-center', className)}>
    <div
      aria-hidden
      className="mb-4 grid size-12 place-items-center rounded-2xl bg-accent text-accent-foreground [&_svg]:size-6"
    >
      {icon}
    </div>
    <p className="font-semibold">{title}</p>
    {children && <div className="mt-1.5 max-w-sm text-sm text-muted-foreground">{children}</div>}
  </div>
)

type ErrorNoteProps = { error: unknown; onRetry?: (() => void) | undefined; className?: string }

/** What went wrong and what to do, in words; announced at once. */
export const ErrorNote = ({ error, onRetry, className }: ErrorNoteProps) => {
  const { title, advice, reference } = describeError(error)
  return (
    <div
      role="alert"
      className={cn('flex flex-wrap gap-3 rounded-xl border border-danger/30 bg-danger-soft p-4 text-sm', className)}
    >
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
      <div className="min-w-44 flex-1">
        <p className="font-medium break-words text-danger">{title}</p>
        <p className="mt-0.5 break-words">{advice}</p>
        {reference && <p className="mt-1 font-mono text-xs break-all">Reference {reference}</p>}
      </div>
      {onRetry && (
        <Button look="outline" size="small" onClick={onRetry}>
          <RotateCw aria-hidden /> Try again
        </Button>
      )}
    </div>
  )
}
