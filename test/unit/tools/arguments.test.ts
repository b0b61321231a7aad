import { expect, test } from 'vitest';
import { parseStart, parseTest } from '../../../tools/arguments.ts';

test('npm start means Chrome, in a window if there can be one', () => {
  expect(parseStart([])).toEqual({ target: 'chrome', headless: false });
});

test('npm start takes a browser and a wish for no window', () => {
  expect(parseStart(['--browser', 'firefox', '--headless'])).toEqual({ target: 'firefox', headless: true });
});

test.for([[['--browser', 'opera']], [['--browser']], [['--window']], [['firefox']]])(
  'npm start refuses %j and says how it is used',
  ([args = []]) => {
    expect(() => parseStart(args)).toThrow(/Usage: npm start/);
  },
);

const steps = ['lint', 'unit', 'e2e'];

test('npm test runs everything unless a step is named', () => {
  expect(parseTest([], steps)).toEqual({ step: undefined, rest: [] });
});

test('npm test passes on what follows the step', () => {
  expect(parseTest(['e2e', 'failures', '-t', 'a name'], steps)).toEqual({
    step: 'e2e',
    rest: ['failures', '-t', 'a name'],
  });
});

test('npm test names the steps when it does not know one', () => {
  expect(() => parseTest(['integration'], steps)).toThrow(/"integration".*lint\|unit\|e2e/s);
});
