import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{apps,libs,tools,examples}/**/*.test.ts'],
          exclude: ['apps/e2e/**', '**/node_modules/**', '**/dist/**'],
          // Real programs are started, on machines that may be busy; what is waited for is a condition, not a time.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['apps/e2e/{scenarios,traffic}/*/*.test.ts'],
          // Every scenario starts real Envoys; two cores take one mesh at a time.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'compose',
          include: ['apps/e2e/traffic/*/*.test.ts', 'apps/e2e/compose/*.test.ts'],
          env: { FLOTILLA_MESH: 'compose' },
          // One mesh for all: bringing it up takes longer than most tests.
          globalSetup: 'apps/e2e/compose/bring-up.ts',
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          name: 'kubernetes',
          include: ['apps/e2e/traffic/*/*.test.ts', 'apps/e2e/kubernetes/*.test.ts'],
          env: { FLOTILLA_MESH: 'kubernetes' },
          // One mesh for all, which is removed after them.
          globalSetup: 'apps/e2e/kubernetes/bring-up.ts',
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
