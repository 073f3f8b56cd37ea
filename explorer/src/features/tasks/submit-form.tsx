import { useMutation, useQuery } from '@apollo/client/react'
import { Send } from 'lucide-react'
import { type SubmitEvent, useId, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { SubmitTaskDocument, TaskTypesDocument } from '../../generated/graphql.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Input, Select, Textarea } from '../../ui/field.tsx'
import { ErrorNote, Loading, Skeleton } from '../../ui/feedback.tsx'
import { taskPath } from '../../url.ts'
import { InputControls } from './input-controls.tsx'
import { type Typed, fieldsOf, readInput, readJson } from './input-fields.ts'
import { type TaskType, exampleOf, taskTypesOf } from './task-types.ts'

/** The form for a task of any type that an agent of the fleet knows, or of a type by its name. */
export const SubmitForm = () => {
  const { data, error, refetch } = useQuery(TaskTypesDocument)
  if (error && !data) return <ErrorNote error={error} onRetry={() => void refetch()} />
  if (!data) {
    return (
      <Loading what="task types" className="space-y-5">
        <Skeleton className="h-10" />
        <Skeleton className="h-10" />
        <Skeleton className="h-24" />
        <Skeleton className="h-10 w-32" />
      </Loading>
    )
  }
  return <TypeChoice types={taskTypesOf(data)} />
}

const otherType = ''

const TypeChoice = ({ types }: { types: TaskType[] }) => {
  const [chosen, setChosen] = useState<string | null>(null)
  const [otherName, setOtherName] = useState('')
  const id = chosen ?? types[0]?.id ?? otherType
  const type = types.find((each) => each.id === id)
  return (
    <div className="space-y-4">
      <Field label="Task type" hint={<TypeHint description={type?.description} />}>
        {(control) => (
          <Select {...control} value={id} onChange={(event) => setChosen(event.target.value)}>
            {types.map((each) => (
              <option key={each.id} value={each.id}>
                {each.id}
              </option>
            ))}
            <option value={otherType}>Another type…</option>
          </Select>
        )}
      </Field>
      {!type && (
        <Field label="Name of the type" isRequired>
          {(control) => (
            <Input
              {...control}
              placeholder="text.summarize"
              value={otherName}
              onChange={(event) => setOtherName(event.target.value)}
            />
          )}
        </Field>
      )}
      <InputForm key={id} typeId={type?.id ?? otherName.trim()} schema={type?.inputSchema ?? null} />
    </div>
  )
}

const TypeHint = ({ description }: { description: string | undefined }) => (
  <span className="line-clamp-3" title={description}>
    {description ?? 'No agent offers it yet: the task waits until one does.'}
  </span>
)

const InputForm = ({ typeId, schema }: { typeId: string; schema: unknown }) => {
  const formId = useId()
  const [typed, setTyped] = useState<Typed>(() => exampleOf(typeId, schema))
  const fields = fieldsOf(schema, typed)
  const [isRaw, setIsRaw] = useState(fields === null)
  const [json, setJson] = useState('{\n  \n}')
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({})
  const { submit, isSubmitting, error } = useSubmit(typeId)

  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (typeId === '') return setErrors({ json: 'Name the type of the task first.' })
    const read = isRaw || !fields ? readRaw(json) : readInput(fields, typed)
    setErrors('errors' in read ? read.errors : {})
    if ('input' in read) void submit(read.input)
  }

  const switchMode = (): void => {
    if (!isRaw && fields) {
      const read = readInput(fields, typed)
      if ('input' in read) setJson(JSON.stringify(read.input, null, 2))
    }
    setErrors({})
    setIsRaw(!isRaw)
  }

  return (
    <form id={formId} aria-label="Task input" noValidate onSubmit={onSubmit} className="space-y-4">
      {isRaw || !fields ? (
        <Field label="Input as JSON" error={errors['json'] ?? null}>
          {(control) => (
            <Textarea
              {...control}
              rows={8}
              spellCheck={false}
              className="font-mono text-xs"
              value={json}
              onChange={(event) => setJson(event.target.value)}
            />
          )}
        </Field>
      ) : (
        <InputControls
          fields={fields}
          typed={typed}
          errors={errors}
          onType={(name, text) => setTyped({ ...typed, [name]: text })}
        />
      )}
      {error && <ErrorNote error={error} />}
      <div className="flex items-center justify-between gap-3">
        <Button type="submit" disabled={isSubmitting}>
          <Send aria-hidden /> {isSubmitting ? 'Submitting…' : 'Submit task'}
        </Button>
        {fields && (
          <Button look="ghost" size="small" className="text-muted-foreground" onClick={switchMode}>
            {isRaw ? 'Use the form' : 'Write JSON'}
          </Button>
        )}
      </div>
    </form>
  )
}

const readRaw = (json: string): { input: unknown } | { errors: Record<string, string> } => {
  const read = readJson(json)
  return 'value' in read ? { input: read.value } : { errors: { json: read.error } }
}

/** Submits once, however often the button is pressed: the same input goes out under the same idempotency key. */
const useSubmit = (type: string) => {
  const navigate = useNavigate()
  const [send, { loading, error }] = useMutation(SubmitTaskDocument)
  const last = useRef({ content: '', key: '' })
  const submit = async (input: unknown): Promise<void> => {
    const content = JSON.stringify([type, input])
    if (last.current.content !== content) last.current = { content, key: randomKey() }
    const variables = { input: { type, input, idempotencyKey: last.current.key } }
    const { data } = await send({ variables }).catch(() => ({ data: null }))
    if (data) void navigate(taskPath(data.submitTask.id))
  }
  return { submit, isSubmitting: loading, error }
}

/** 128 random bits; `crypto.randomUUID` is missing where a page is served over plain http. */
const randomKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
