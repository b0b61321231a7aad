import { expect, test } from 'vitest';
import { parseBench, parseLaunch, parseTest } from '../../../tools/arguments.ts';

test('npm start means Chrome, in a window if there can be one', () => {
  expect(parseLaunch('npm start', [])).toEqual({ target: 'chrome', headless: false });
});

test('npm start takes a browser and a wish for no window', () => {
  expect(parseLaunch('npm start', ['--browser', 'firefox', '--headless'])).toEqual({
    target: 'firefox',
    headless: true,
  });
});

test.for([[['--browser', 'opera']], [['--browser']], [['--window']], [['firefox']]])(
  'npm start refuses %j and says how it is used',
  ([args = []]) => {
    expect(() => parseLaunch('npm start', args)).toThrow(/Usage: npm start/);
  },
);

test('npm run dev takes the same, and names itself when it refuses', () => {
  expect(parseLaunch('npm run dev', ['--browser', 'firefox'])).toEqual({
    target: 'firefox',
    headless: false,
  });
  expect(() => parseLaunch('npm run dev', ['firefox'])).toThrow(/Usage: npm run dev/);
});

test('npm run bench measures everything unless it is told what to compare', () => {
  expect(parseBench([])).toEqual({
    popup: false,
    browsing: false,
    history: false,
    background: false,
    idle: false,
    compare: false,
    minutes: 60,
  });
  expect(parseBench(['--popup-against', '../earlier'])).toMatchObject({ popupAgainst: '../earlier' });
  expect(parseBench(['--capture-against', '../earlier'])).toMatchObject({ captureAgainst: '../earlier' });
  expect(parseBench(['--popup'])).toMatchObject({ popup: true, browsing: false });
  expect(parseBench(['--browsing'])).toMatchObject({ browsing: true, history: false });
  expect(parseBench(['--history'])).toMatchObject({ browsing: false, history: true });
  expect(parseBench(['--background', '--against', '../earlier'])).toMatchObject({
    background: true,
    against: '../earlier',
  });
  expect(parseBench(['--idle', '--minutes', '1.5'])).toMatchObject({ idle: true, minutes: 1.5 });
  expect(() => parseBench(['--idle', '--minutes', 'few'])).toThrow(/few are no minutes/);
  expect(() => parseBench(['../earlier'])).toThrow(/Usage: npm run bench/);
});

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
