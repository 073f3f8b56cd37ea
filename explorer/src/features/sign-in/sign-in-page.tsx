import { CircleAlert } from 'lucide-react'
import { type SubmitEvent, useEffect, useEffectEvent, useState } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { Button } from '../../ui/button.tsx'
import { describeError } from '../../ui/errors.ts'
import { Loading, Skeleton } from '../../ui/feedback.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { Logo } from '../../ui/logo.tsx'
import { useDocumentTitle } from '../../ui/page.tsx'
import { readSignInCode } from '../../url.ts'
import { Welcome } from './welcome.tsx'

type Credentials = { username: string; password: string } | { signInCode: string }

type SignInPageProps = {
  /** Rejects with an error whose message says what to do. Who is signed in is led on by the router. */
  signIn: (credentials: Credentials) => Promise<void>
  /** Why the person is here, where they were signed in before. */
  notice: string | null
}

/** Sign in by name and password, or by the one-time link that `npm start` prints. */
export const SignInPage = ({ signIn, notice }: SignInPageProps) => {
  useDocumentTitle('Sign in')
  const [error, setError] = useState<unknown>(null)
  const isRedeeming = useSignInCode(signIn, setError)
  return (
    <main className="grid min-h-full lg:grid-cols-[1.1fr_1fr]">
      <Welcome />
      <div className="grid place-items-center px-6 py-12">
        <div className="w-full max-w-sm">
          <Logo className="mb-6 size-11 lg:hidden" />
          <h1 className="text-2xl font-semibold">Sign in</h1>
          <p className="mt-1.5 mb-7 text-muted-foreground">
            {notice ?? 'With the account that an administrator made for you.'}
          </p>
          {error !== null && <SignInError error={error} />}
          {isRedeeming ? (
            <Loading what="your session" className="space-y-4">
              <Skeleton className="h-10" />
              <Skeleton className="h-10" />
              <Skeleton className="h-10" />
            </Loading>
          ) : (
            <PasswordForm signIn={signIn} onError={setError} />
          )}
        </div>
      </div>
    </main>
  )
}

/** Redeems the code of a one-time link, and takes it out of the address at once. */
const useSignInCode = (signIn: SignInPageProps['signIn'], onError: (error: unknown) => void): boolean => {
  const { hash, pathname, search } = useLocation()
  const navigate = useNavigate()
  const [isRedeeming, setIsRedeeming] = useState(() => readSignInCode(hash) !== null)
  const redeem = useEffectEvent(async (signInCode: string) => {
    setIsRedeeming(true)
    void navigate(pathname + search, { replace: true })
    await signIn({ signInCode }).catch((error: unknown) => onError(error))
    setIsRedeeming(false)
  })
  useEffect(() => {
    const code = readSignInCode(hash)
    if (!code) return undefined
    // After the effects of a development double mount: a code works once, and must be sent once.
    const timer = setTimeout(() => void redeem(code), 0)
    return () => clearTimeout(timer)
  }, [hash])
  return isRedeeming
}

const PasswordForm = ({
  signIn,
  onError,
}: {
  signIn: SignInPageProps['signIn']
  onError: (error: unknown) => void
}) => {
  const [isBusy, setIsBusy] = useState(false)
  const [missing, setMissing] = useState<{ username?: string; password?: string }>({})

  const submit = async (event: SubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const username = textOf(form, 'username').trim()
    const password = textOf(form, 'password')
    const isComplete = username !== '' && password !== ''
    setMissing({
      ...(username === '' && { username: 'Enter your user name.' }),
      ...(password === '' && { password: 'Enter your password.' }),
    })
    if (!isComplete) return
    setIsBusy(true)
    onError(null)
    await signIn({ username, password }).catch((error: unknown) => onError(error))
    setIsBusy(false)
  }

  return (
    <form noValidate aria-label="Sign in" onSubmit={(event) => void submit(event)} className="space-y-5">
      <Field label="User name" error={missing.username ?? null} isRequired>
        {(control) => (
          <Input
            {...control}
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
          />
        )}
      </Field>
      <Field label="Password" error={missing.password ?? null} isRequired>
        {(control) => <Input {...control} name="password" type="password" autoComplete="current-password" />}
      </Field>
      <Button type="submit" className="w-full" disabled={isBusy}>
        {isBusy ? 'Signing in…' : 'Sign in'}
      </Button>
    </form>
  )
}

const textOf = (form: FormData, name: string): string => {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}

const SignInError = ({ error }: { error: unknown }) => {
  const { title, advice } = describeError(error)
  return (
    <div role="alert" className="mb-5 flex gap-3 rounded-xl border border-danger/30 bg-danger-soft p-4 text-sm">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
      <div>
        <p className="font-medium text-danger">{title}</p>
        {error instanceof TypeError && <p>{advice}</p>}
      </div>
    </div>
  )
}
