import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The rooms of the tests, those first that take milliseconds: the first test that fails ends a mutant's run. */
const rooms = ['domain', 'platform', 'background'];

/** They take seconds. */
const last = /\/(?:as-page|as-page-death|retrier|export-and-import)\.test\.ts$/;

const rank = ({ moduleId }: TestSpecification): number =>
  last.test(moduleId) ? rooms.length : rooms.findIndex((room) => moduleId.includes(`/test/unit/${room}/`));

class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return [...files].sort((one, other) => rank(one) - rank(other));
  }
}

/** They put something in the place of a module that others import as it is. */
const apart = ['history-reader', 'messages', 'reads'].map((name) => `test/unit/platform/${name}.test.ts`);

const project = (
  name: string,
  test: TestProjectInlineConfiguration['test'],
): TestProjectInlineConfiguration => ({
  define: { __TARGET__: JSON.stringify('chrome') },
  test: {
    name,
    setupFiles: ['tools/mutation/setup.ts'],
    // What the slowest needs on a machine that has much else to do.
    testTimeout: 20_000,
    // What a mutant brings to a stand is waited for each time.
    expect: { poll: { timeout: 2_000, interval: 5 } },
    ...test,
  },
});

/** The unit tests of what is mutated. */
export default defineConfig({
  test: {
    sequence: { sequencer: QuickestFirst },
    projects: [
      project('together', {
        include: rooms.map((room) => `test/unit/${room}/**/*.test.ts`),
        // In the last anything can happen, and it takes as long as all the others.
        exclude: [...apart, 'test/unit/background/chaos.test.ts'],
        isolate: false,
      }),
      project('apart', { include: apart }),
    ],
  },
});
