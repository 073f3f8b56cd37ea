import type { ReactNode } from 'react'

type PanelSectionProps = { title: string; children: ReactNode; testId?: string }

/** One part of the details, under its heading. */
export const PanelSection = ({ title, children, testId }: PanelSectionProps) => (
  <section aria-label={title} data-testid={testId} className="mt-7">
    <h3 className="mb-2.5 text-xs font-semibold tracking-wide text-muted-foreground uppercase">{title}</h3>
    {children}
  </section>
)
