/** Hosts that keep failing. In session storage, because hosts from private windows are among them. */
import { troublesSchema } from '../domain/host-trouble.ts';
import { sessionValue } from './named-value.ts';

export const hostTroubles = sessionValue('host-troubles', troublesSchema, {});
