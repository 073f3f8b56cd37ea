import type { ComponentProps, ReactNode } from 'react'
import { cn } from './cn.ts'

export const Card = ({ className, ...rest }: ComponentProps<'div'>) => (
  <div className={cn('rounded-card border bg-card shadow-card', className)} {...rest} />
)

type SectionProps = { id: string; title: ReactNode; aside?: ReactNode; children: ReactNode; className?: string }

/** A card that is a landmark: a screen reader finds it by its heading, whose id is `<id>-title`. */
export const SectionCard = ({ id, title, aside, children, className }: SectionProps) => (
  <section
    aria-labelledby={`${id}-title`}
    data-testid={id}
    className={cn('rounded-card border bg-card shadow-card', className)}
  >
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-6 pt-5 pb-1">
      <h2 id={`${id}-title`} className="text-base font-semibold">
        {title}
      </h2>
      {aside}
    </div>
    <div className="px-6 pt-2 pb-6">{children}</div>
  </section>
)
