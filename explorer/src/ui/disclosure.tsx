import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'

type DisclosureProps = { summary: ReactNode; children: ReactNode; isOpen?: boolean }

/** Details on demand: the browser's own disclosure. */
export const Disclosure = ({ summary, children, isOpen = false }: DisclosureProps) => (
  <details open={isOpen} className="group">
    <summary className="inline-flex list-none items-center gap-1.5 rounded text-sm font-medium text-muted-foreground hover:text-foreground [&::-webkit-details-marker]:hidden">
      <ChevronRight aria-hidden className="size-4 transition-transform group-open:rotate-90" />
      {summary}
    </summary>
    <div className="mt-2">{children}</div>
  </details>
)
