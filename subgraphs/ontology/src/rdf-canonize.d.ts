declare module 'rdf-canonize' {
  interface Options {
    readonly algorithm: 'RDFC-1.0'
    readonly inputFormat: 'application/n-quads'
    /** Filled: the canonical name of each blank node. */
    readonly canonicalIdMap: Map<string, string>
    readonly maxDeepIterations: number
    readonly signal: AbortSignal
  }
  /** The canonical N-Quads of a graph. Throws where the bounds do not suffice. */
  export const canonize: (input: string, options: Options) => Promise<string>
}
