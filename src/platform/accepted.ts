/** What the person said is fine: on disk, and that of private windows in memory for as long as the browser runs. */
import {
  type Accepted,
  type AcceptedKind,
  acceptedSchema,
  forgotten,
  remembered,
} from '../domain/accepted.ts';
import { createMutex } from './mutex.ts';
import { localValue, type NamedValue, sessionValue } from './named-value.ts';

const places = {
  ordinary: localValue('accepted', acceptedSchema, []),
  private: sessionValue('accepted', acceptedSchema, []),
};

const placeFor = (incognito: boolean): NamedValue<Accepted> => (incognito ? places.private : places.ordinary);

/** The background alone writes it. */
const exclusive = createMutex();

const change = async (place: NamedValue<Accepted>, decide: (before: Accepted) => Accepted): Promise<void> =>
  exclusive(async () => place.write(decide(await place.read())));

export const readAccepted = (incognito: boolean): Promise<Accepted> => placeFor(incognito).read();

export const changeAccepted = (incognito: boolean, decide: (before: Accepted) => Accepted): Promise<void> =>
  change(placeFor(incognito), decide);

/** All that is no longer suspected, for the options. */
export const allRemembered = async (): Promise<AcceptedKind[]> =>
  remembered(...(await Promise.all(Object.values(places).map((place) => place.read()))));

/** Downloads of this kind are suspected again. */
export async function forgetAccepted(kind: AcceptedKind): Promise<void> {
  for (const place of Object.values(places)) await change(place, (before) => forgotten(before, kind));
}
