import type { Disposer } from '@mothership/platform/time'

/** How many numbers a vector has: the width of the column that keeps them. */
export const DIMENSIONS = 512

/** Turns texts into directions: near ones mean similar things. */
export interface EmbeddingModel {
  /** Stored beside each vector: those of different models cannot be compared. It has no colon. */
  readonly name: string
  /** How many documents, of two texts each, are best embedded at a time. */
  readonly batch: number
  /**
   * One vector of 512 numbers and length 1 for each text, in their order. `isUrgent`: somebody waits, so it is given up
   * soon. Throws ModelUnavailableError where the fault is not the texts'.
   */
  embed(texts: readonly string[], options?: { isUrgent?: boolean }): Promise<number[][]>
  dispose: Disposer
}

/** The model cannot be asked now, whatever the texts: its message says why, without a key, to be shown to curators. */
export class ModelUnavailableError extends Error {
  /** Nothing was asked: it failed before, and is left alone for a while. */
  readonly isRepeated: boolean
  constructor(message: string, options: ErrorOptions & { isRepeated?: boolean } = {}) {
    super(message, options)
    this.name = 'ModelUnavailableError'
    this.isRepeated = options.isRepeated ?? false
  }
}
