import n from 'eslint-plugin-n';
import tseslint from 'typescript-eslint';

// What runs inside Electron's main process may use only what the oldest tested Electron (Node 18.15) offers.
const electronMain = ['electron/core/**', 'electron/platform/**', 'electron/main/**', 'electron/preload/**'];

export default tseslint.config(
  {
    ignores: [
      'out/**',
      'dist/**',
      'node_modules/**',
      '.dependency-cruiser.cjs',
      'scripts/after-pack.cjs',
      'tests/support/pwned.cjs',
    ],
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-misused-spread': ['error', { allow: [{ from: 'lib', name: 'string' }, 'string'] }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/only-throw-error': 'error',
      // Our objects are closures: no method uses `this`, and `no-invalid-this` holds that.
      '@typescript-eslint/unbound-method': 'off',
      'no-invalid-this': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, args: 'after-used' }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: electronMain,
    plugins: { n },
    settings: { node: { version: '>=18.15.0' } },
    rules: {
      'n/no-unsupported-features/node-builtins': ['error', { version: '>=18.15.0', allowExperimental: true }],
      'n/no-unsupported-features/es-builtins': ['error', { version: '>=18.15.0' }],
      'no-restricted-globals': [
        'error',
        { name: 'crypto', message: "Not global on Node 18: import it from 'node:crypto'." },
        { name: 'File', message: 'Not global on Node 18.' },
      ],
    },
  },
  {
    // The high-level McpServer wants zod schemas; ours come as JSON Schema from the catalogue, which is what `Server` is for.
    files: ['electron/core/gateway/mcp-session.ts'],
    rules: { '@typescript-eslint/no-deprecated': 'off' },
  },
  {
    // The generic seam: `procedure` keeps the types of its two schemas for the table.
    files: ['electron/core/contract/procedures.ts'],
    rules: { '@typescript-eslint/no-unnecessary-type-parameters': 'off' },
  },
  {
    files: ['tests/**/*.ts'],
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off', 'no-console': 'off' },
  },
);
