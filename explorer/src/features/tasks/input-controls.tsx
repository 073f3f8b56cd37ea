import { Field, type ControlProps, Input, Select, Textarea } from '../../ui/field.tsx'
import { type InputField, type Typed, labelOf } from './input-fields.ts'

type InputControlsProps = {
  fields: readonly InputField[]
  typed: Typed
  errors: Readonly<Record<string, string>>
  onType: (name: string, text: string) => void
}

/** One labelled control for each field. */
export const InputControls = ({ fields, typed, errors, onType }: InputControlsProps) =>
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
