/** The hosts that fail again and again, in session storage: hosts of private windows are among them. */
import { troublesSchema } from '../domain/host-trouble.ts';
import { sessionValue } from './named-value.ts';

export const hostTroubles = sessionValue('host-troubles', troublesSchema, {});
