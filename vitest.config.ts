import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        define: { __TARGET__: JSON.stringify('chrome') },
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          // Many files at once share few cores.
          expect: { poll: { timeout: 10_000 } },
        },
      },
      {
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // Each file drives browsers of its own; two at a time would fight for the cores.
          fileParallelism: false,
          testTimeout: 60_000,
          // Between an event of the browser and what it leads to lie processes that share few cores.
          expect: { poll: { timeout: 15_000 } },
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'slow',
          include: ['test/e2e/**/*.slow.ts'],
          fileParallelism: false,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
