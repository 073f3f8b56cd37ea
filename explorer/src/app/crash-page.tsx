import { useRouteError } from 'react-router'
import { Button } from '../ui/button.tsx'
import { Logo } from '../ui/logo.tsx'

/** A mistake in the explorer itself, or a chunk of it that a new version has replaced: reloading mends the latter. */
export const CrashPage = () => {
  const error = useRouteError()
  return (
    <main className="grid min-h-full place-items-center p-6 text-center">
      <div className="max-w-md">
        <Logo className="mx-auto mb-6 size-12" />
        <h1 className="text-xl font-semibold">This page broke</h1>
        <p role="alert" className="mt-2 mb-6 text-muted-foreground">
          Reload it: a new version may have been installed meanwhile. If it breaks again, report these words:{' '}
          <span className="font-mono text-xs break-words">
            {error instanceof Error ? error.message : String(error)}
          </span>
        </p>
        <Button onClick={() => window.location.reload()}>Reload</Button>
      </div>
    </main>
  )
}
