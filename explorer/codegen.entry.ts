import type { CodegenConfig } from '@graphql-codegen/cli'

/**
 * The explorer's part of the project's code generation: typed documents from the `.graphql` files that stand beside
 * the features which use them. Paths are relative to the project root; the root `codegen.ts` includes this object.
 */
export const explorerCodegen: NonNullable<CodegenConfig['generates']> = {
  './explorer/src/generated/': {
    preset: 'client',
    schema: './gateway/generated/api.graphql',
    documents: ['./explorer/src/**/*.graphql'],
    presetConfig: { fragmentMasking: false },
    config: {
      useTypeImports: true,
      enumsAsTypes: true,
      skipTypename: true,
      scalars: { DateTime: 'string', Cursor: 'string', JSON: 'unknown' },
    },
  },
}
