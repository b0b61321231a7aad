import { expect, test } from 'vitest';
import { FAULTS } from '../../../test/faults/faults.ts';
import { endingFaults, namedAddress } from '../../../tools/start/broken-downloads.ts';
import { type PopupCategory, printable, total } from '../../../tools/start/popup-content.ts';

const hosts = {
  origin: 'http://127.0.0.1:8000',
  secureOrigin: 'https://127.0.0.1:8001',
  refusedUrl: (path = '/') => `http://127.0.0.1:8002${path}`,
};

test('no fault is waited for that never begins or never ends', () => {
  for (const target of ['chrome', 'firefox'] as const) {
    const outcomes = endingFaults(target).map(({ expected }) => expected[target]);
    expect(outcomes).not.toContain('in_progress');
    expect(outcomes).not.toContain(null);
  }
});

test('every fault has an address of its own that keeps its parameters', () => {
  const addresses = FAULTS.map((fault) => namedAddress(fault, hosts));
  expect(new Set(addresses).size).toBe(addresses.length);
  const [recover] = FAULTS.filter(({ name }) => name === 'recover-after-503').map((fault) =>
    namedAddress(fault, hosts),
  );
  expect(recover).toBe('http://127.0.0.1:8000/recover/recover-after-503.bin?after=2&key=recover-after-503');
});

const row = { texts: ['a.zip', 'now'], buttons: ['Try again'] };
const network = (count: number, rows = [row]): PopupCategory => ({
  title: 'Network',
  count,
  reasons: [{ reason: 'NETWORK_FAILED', title: 'Connection lost', count, rows }],
});

test('the popup is printed as it nests', () => {
  expect(printable([network(1)])).toBe(
    'Network  1\n  Connection lost  1  (NETWORK_FAILED)\n    a.zip · now [Try again]',
  );
  expect(total([network(1), network(4)])).toBe(5);
});

test('rows that are not printed are counted', () => {
  expect(printable([network(40)])).toContain('    … and 39 more');
});

test('nothing a file is called reaches the terminal as a command', () => {
  const controlCharacter = String.fromCharCode(27);
  const printed = printable([
    network(1, [{ ...row, texts: [`${controlCharacter}[2Jx`, 'a\u202Efdp.exe', 'y'.repeat(500)] }]),
  ]);
  expect(printed).not.toContain(controlCharacter);
  expect(printed).not.toContain('\u202E');
  expect(printed).not.toContain('y'.repeat(100));
});
