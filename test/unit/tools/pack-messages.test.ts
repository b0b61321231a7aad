import { expect, it } from 'vitest';
import { packMessages } from '../../../tools/pack-messages.ts';

it('the texts that are shipped name what is filled in by its number, and have no hints', () => {
  const source = {
    size: {
      message: '$TOTAL$, of which $Received$ are here; $5 stay',
      description: 'For translators.',
      placeholders: { received: { content: '$1', example: '3' }, total: { content: '$2' } },
    },
    plain: { message: 'Try again' },
  };
  expect(JSON.parse(packMessages(JSON.stringify(source)))).toEqual({
    size: { message: '$2, of which $1 are here; $5 stay' },
    plain: { message: 'Try again' },
  });
});

it('a plural form that only repeats another is left out, unless English has it as well', () => {
  const forms = {
    rows_one: { message: '$1 rows' },
    rows_few: { message: '$1 rows' },
    rows_many: { message: '$1 of rows' },
    rows_other: { message: '$1 rows' },
  };
  expect(Object.keys(JSON.parse(packMessages(JSON.stringify(forms))))).toEqual([
    'rows_one',
    'rows_many',
    'rows_other',
  ]);
});
