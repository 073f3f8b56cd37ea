/** What a trace says, as far as a page shows it. `cost`: tokens and money, where a model was used. */
export type TraceWords = {
  steps: string[]
  evidence: { type: string; data: unknown }[]
  cost: string | null
}

type Json = Record<string, unknown>
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : [])

/** Reads `{plan, steps, evidence, tokens, usd}`, all of it optional; null where nothing of it is there. */
export const readTrace = (trace: unknown): TraceWords | null => {
  if (!isJson(trace)) return null
  const steps = listOf(trace['steps']).flatMap(({ name }) => (typeof name === 'string' ? [name] : []))
  const evidence = listOf(trace['evidence']).flatMap(({ type, data }) =>
    typeof type === 'string' ? [{ type, data }] : [],
  )
  const cost = [
    typeof trace['tokens'] === 'number' && `${trace['tokens'].toLocaleString('en')} tokens`,
    typeof trace['usd'] === 'number' && `${trace['usd']} US dollars`,
  ].filter((part) => part !== false)
  if (steps.length + evidence.length + cost.length === 0) return null
  return { steps, evidence, cost: cost.length > 0 ? cost.join(', ') : null }
}
