import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import type { Target } from './src/platform/target.ts';

/** The end-to-end tests in one browser: all but the files that are named after the other. */
const endToEnd = (target: Target, other: Target): TestProjectInlineConfiguration => ({
  test: {
    name: `e2e-${target}`,
    include: ['test/e2e/**/*.test.ts'],
    exclude: [`test/e2e/**/*${other}.test.ts`],
    provide: { target },
    globalSetup: target === 'firefox' ? 'test/e2e/warm-firefox.ts' : [],
    // Each file drives a browser of its own, which takes most of a core.
    maxWorkers: 2,
    sequence: { groupOrder: 1 },
    testTimeout: 60_000,
    // Between an event of the browser and what it leads to lie processes that share few cores.
    expect: { poll: { timeout: 15_000 } },
    hookTimeout: 60_000,
  },
});

/** Takes of each project in turn the file that is the longest yet, so that the end comes for both browsers at once. */
class InTurn extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const places = new Map<TestSpecification, number>();
    const ofProject = new Map<string, number>();
    for (const file of await super.sort(files)) {
      const place = ofProject.get(file.project.name) ?? 0;
      ofProject.set(file.project.name, place + 1);
      places.set(file, place);
    }
    return [...places.keys()].sort((one, other) => (places.get(one) ?? 0) - (places.get(other) ?? 0));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: InTurn },
    projects: [
      {
        define: { __TARGET__: JSON.stringify('chrome') },
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          // Many files at once share few cores: by time only what hangs is to fail.
          testTimeout: 30_000,
          expect: { poll: { timeout: 10_000 } },
        },
      },
      {
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
        },
      },
      endToEnd('chrome', 'firefox'),
      endToEnd('firefox', 'chrome'),
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
