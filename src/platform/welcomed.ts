import * as v from 'valibot';
import { localValue } from './named-value.ts';

/** Whether the welcome page has been opened. */
export const welcomed = localValue('welcomed', v.boolean(), false);
