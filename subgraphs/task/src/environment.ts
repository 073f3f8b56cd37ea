import { parseEnvironment } from '@mothership/platform/environment'
import { z } from 'zod'

/** The variables of the task subgraph, beside those of every subgraph. None is needed. */
export const taskEnvironment = z.object({
  MOTHERSHIP_UNFINISHED_TASKS: z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(1, 'must be 1 to 1000000')
    .max(1_000_000, 'must be 1 to 1000000')
    .default(10_000),
})

export interface TaskSettings {
  /** The most tasks of one person that may be unfinished at a time. */
  readonly mostUnfinished: number
}

type Source = Readonly<Record<string, string | undefined>>

/** Reads the settings: from the environment of this process, where no other is given. Throws StartError. */
export const readTaskSettings = (source: Source = process.env): TaskSettings => ({
  mostUnfinished: parseEnvironment(taskEnvironment, source).MOTHERSHIP_UNFINISHED_TASKS,
})
