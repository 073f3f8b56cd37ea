/** What the agent did on one assignment, as the mothership takes it. */
export interface Trace {
  plan: string[] | null
  readonly steps: { name: string; at: string; data: unknown }[]
  readonly evidence: { type: string; data: unknown }[]
  tokens: number | null
  usd: number | null
}

export const newTrace = (): Trace => ({ plan: null, steps: [], evidence: [], tokens: null, usd: null })
