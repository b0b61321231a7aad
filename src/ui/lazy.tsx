import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { unattended } from '../platform/unattended.ts';

/** What is loaded once the page stands. */
const pending = new Set<() => Promise<unknown>>();

export interface Lazy<Props> extends FunctionComponent<Props> {
  /** Loads the code, for a page whose first content it is part of. */
  load(): Promise<void>;
}

/**
 * A component whose code is loaded after the page's first content: in a quiet moment, so that it is there before
 * anybody asks for it, or else when it is shown. Until then there is nothing in its place.
 */
export function lazy<Props>(importIt: () => Promise<FunctionComponent<Props>>): Lazy<Props> {
  let component: FunctionComponent<Props> | undefined;
  const load = async (): Promise<void> => {
    pending.delete(load);
    component ??= await importIt();
  };
  pending.add(load);
  const Later: FunctionComponent<Props> = (props) => {
    const [, setLoaded] = useState(component !== undefined);
    useEffect(() => {
      // Also when the code has come since: nothing else would show it.
      load().then(() => setLoaded(true), console.error);
    }, []);
    const Loaded = component;
    return Loaded ? <Loaded {...props} /> : null;
  };
  return Object.assign(Later, { load });
}

/** Loads what is still to be loaded as soon as the page has nothing else to do. */
export function loadRest(): void {
  requestIdleCallback(() => {
    for (const load of pending) unattended(load());
  });
}
