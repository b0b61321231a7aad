import * as v from 'valibot';
import { localValue } from './named-value.ts';

/** Whether the page for after installing was opened. */
export const welcomed = localValue('welcomed', v.boolean(), false);
