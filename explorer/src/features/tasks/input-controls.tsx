import { Disclosure } from '../../ui/disclosure.tsx'
import { Field, type ControlProps, Input, Select, Textarea } from '../../ui/field.tsx'
import { type InputField, type Typed, labelOf } from './input-fields.ts'

type InputControlsProps = {
  fields: readonly InputField[]
  typed: Typed
  errors: Readonly<Record<string, string>>
  onType: (name: string, text: string) => void
}

/** So many optional controls stand beside the needed ones; more of them are one click away. */
const mostOptional = 4

/** One labelled control for each field. */
export const InputControls = ({ fields, ...rest }: InputControlsProps) => {
  const optional = fields.filter(({ isRequired }) => !isRequired)
  if (optional.length <= mostOptional) return <Controls fields={fields} {...rest} />
  const hasError = optional.some(({ name }) => rest.errors[name])
  return (
    <>
      <Controls fields={fields.filter(({ isRequired }) => isRequired)} {...rest} />
      <Disclosure summary={`More options (${optional.length})`} isOpen={hasError}>
        <div className="space-y-4 pt-2">
          <Controls fields={optional} {...rest} />
        </div>
      </Disclosure>
    </>
  )
}

const Controls = ({ fields, typed, errors, onType }: InputControlsProps) =>
  fields.map((field) => (
    <Field
      key={field.name}
      label={
        <>
          {labelOf(field.name)}
          {!field.isRequired && <span className="font-normal text-muted-foreground"> (optional)</span>}
        </>
      }
      hint={field.description}
      error={errors[field.name] ?? null}
      isRequired={field.isRequired}
    >
      {(control) => (
        <InputControl
          field={field}
          control={control}
          text={typed[field.name] ?? ''}
          onType={(text) => onType(field.name, text)}
        />
      )}
    </Field>
  ))

type InputControlProps = { field: InputField; control: ControlProps; text: string; onType: (text: string) => void }

const InputControl = ({ field, control, text, onType }: InputControlProps) => {
  if (field.kind === 'choice') {
    return (
      <Select {...control} value={text} onChange={(event) => onType(event.target.value)}>
        {!field.isRequired && <option value="">—</option>}
        {field.choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </Select>
    )
  }
  if (field.kind === 'boolean') {
    return (
      <input
        {...control}
        type="checkbox"
        checked={text === 'true'}
        onChange={(event) => onType(event.target.checked ? 'true' : '')}
        className="size-5 self-start accent-primary"
      />
    )
  }
  if (field.kind === 'json' || field.name === 'expression') {
    return (
      <Textarea
        {...control}
        rows={2}
        spellCheck={false}
        className="min-h-16 font-mono"
        value={text}
        onChange={(event) => onType(event.target.value)}
      />
    )
  }
  const inputMode = field.kind === 'text' ? 'text' : 'decimal'
  return (
    <Input
      {...control}
      inputMode={inputMode}
      spellCheck={false}
      value={text}
      onChange={(event) => onType(event.target.value)}
    />
  )
}
