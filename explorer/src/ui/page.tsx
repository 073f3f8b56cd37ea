import { type ReactNode, useEffect } from 'react'

type PageProps = { title: string; lead?: ReactNode; actions?: ReactNode; children: ReactNode }

/** A page with its one `h1`; sets the document's title, which a screen reader says on navigation. */
export const Page = ({ title, lead, actions, children }: PageProps) => {
  useDocumentTitle(title)
  return (
    <div className="mx-auto w-full max-w-6xl px-5 py-8 sm:px-8 sm:py-10">
      <header className="mb-8 flex flex-wrap items-end justify-between gap-4">
        <div>
          <h1 className="text-2xl font-semibold sm:text-[1.75rem]">{title}</h1>
          {lead && <p className="mt-1.5 max-w-2xl text-muted-foreground">{lead}</p>}
        </div>
        {actions}
      </header>
      {children}
    </div>
  )
}

export const useDocumentTitle = (title: string): void => {
  useEffect(() => {
    document.title = `${title} · Mothership`
  }, [title])
}
