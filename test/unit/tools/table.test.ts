import { expect, it } from 'vitest';
import { table } from '../../../tools/table.ts';

it('a table has words on the left and numbers on the right, in columns of one width', () => {
  expect(
    table(
      ['what', 'ms'],
      [
        ['popup', '12.5'],
        ['empty page', '7'],
      ],
    ),
  ).toBe(
    ['| what       |   ms |', '| ---------- | ---: |', '| popup      | 12.5 |', '| empty page |    7 |'].join(
      '\n',
    ),
  );
});
