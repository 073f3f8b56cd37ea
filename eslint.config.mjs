import js from '@eslint/js'
import graphql from '@graphql-eslint/eslint-plugin'
import prettier from 'eslint-config-prettier'
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

const typed = ['**/*.ts', '**/*.tsx']

export default defineConfig(
  { ignores: ['**/node_modules/', '**/dist/', '**/generated/', 'gateway/supergraph.graphql'] },
  { files: ['**/*.{ts,tsx,mjs}'], ...js.configs.recommended },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: typed })),
  {
    files: typed,
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // A number in a message is what it looks like.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // An async function without await keeps an interface that others implement with one.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      // Our interfaces are made of closures; no method reads `this`.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      // It does not see what another part sets while this one awaits.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Classes of libraries that are written in JavaScript are compared by their shape.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'The environment is read in environment.ts, and parsed there.' },
      ],
    },
  },
  {
    files: ['**/environment.ts', '**/tests/**', 'e2e/**', 'bench/**', '**/vite.config.ts', 'platform/src/testing.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['**/tests/**', 'e2e/**'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        performance: 'readonly',
        URL: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        setTimeout: 'readonly',
        Buffer: 'readonly',
      },
    },
  },
  {
    files: ['subgraphs/*/schema.graphql'],
    plugins: { '@graphql-eslint': { rules: graphql.rules } },
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: './gateway/generated/api.graphql' } },
    },
    rules: {
      '@graphql-eslint/require-description': [
        'error',
        { types: true, FieldDefinition: true, EnumValueDefinition: true, InputValueDefinition: true, rootField: true },
      ],
      '@graphql-eslint/naming-convention': ['error', { types: 'PascalCase', EnumValueDefinition: 'UPPER_CASE' }],
    },
  },
  prettier,
)
