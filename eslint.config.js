import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** Who may import whom: every room, and the rooms below it that it may use. */
const rooms = {
  errors: [],
  protos: [],
  'envoy-api': [],
  resources: ['errors'],
  mesh: ['resources', 'errors'],
  translate: ['mesh', 'resources', 'envoy-api', 'errors'],
  explain: ['translate', 'mesh', 'resources', 'envoy-api', 'errors'],
  kubernetes: ['resources', 'errors'],
  analysis: ['mesh', 'kubernetes', 'resources', 'errors'],
  injection: ['kubernetes', 'resources', 'errors'],
  'kubernetes-api': ['runtime', 'errors'],
  pki: ['errors'],
  runtime: ['errors'],
  rpc: ['protos', 'runtime', 'errors'],
  admin: ['runtime', 'errors'],
  bus: ['resources', 'runtime', 'errors'],
  credentials: ['bus', 'pki', 'runtime', 'errors'],
  xds: ['envoy-api', 'rpc', 'runtime', 'errors'],
  sds: ['envoy-api', 'rpc', 'runtime'],
  identity: ['pki', 'rpc', 'protos', 'runtime', 'errors'],
  testing: ['envoy-api', 'runtime', 'errors'],
  app: ['resources', 'mesh', 'translate', 'explain', 'analysis', 'kubernetes', 'kubernetes-api', 'injection', 'xds', 'pki', 'identity', 'sds', 'credentials', 'bus', 'rpc', 'admin', 'runtime', 'protos', 'envoy-api', 'errors'],
  tools: ['resources', 'credentials', 'bus', 'runtime', 'errors', 'pki'],
  bench: ['testing', 'translate', 'mesh', 'resources', 'envoy-api', 'runtime', 'errors'],
  examples: [],
  e2e: ['examples', 'testing', 'identity', 'resources', 'runtime', 'errors'],
};

/** Libraries with one door: only the named room may import them. */
const doors = {
  '@nats-io/*': 'bus',
  '@grpc/*': 'rpc',
  fastify: 'admin',
  '@peculiar/x509': 'pki',
};

/** What each room may import; `fixtures` are rooms that only its tests may use. */
const boundaries = (...fixtures) => [
  'error',
  {
    allow: [],
    allowCircularSelfDependency: false,
    depConstraints: Object.entries(rooms).map(([room, below]) => ({
      sourceTag: `room:${room}`,
      onlyDependOnLibsWithTags: [room, ...below, ...fixtures].map((name) => `room:${name}`),
      bannedExternalImports: Object.entries(doors)
        .filter(([, owner]) => owner !== room && !['testing', 'examples', 'e2e', 'bench'].includes(room))
        .map(([library]) => library),
    })),
  },
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/gen/**', '**/node_modules/**', '.nx/**', '.flotilla/**'] },
  ...tseslint.configs.strictTypeChecked,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(),
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.test.ts', '**/*.bench.ts', '**/src/testing/**'],
    rules: {
      '@nx/enforce-module-boundaries': boundaries('testing', 'pki'),
      '@typescript-eslint/no-non-null-assertion': 'off',
      'max-lines': 'off',
    },
  },
  { files: ['**/*.js', '**/*.mjs'], extends: [tseslint.configs.disableTypeChecked] },
);
