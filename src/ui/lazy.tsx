import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** What is loaded once the page stands. */
const pending = new Set<() => Promise<unknown>>();

/**
 * A component whose code is loaded after the page's first content: in a quiet moment, so that it is there before
 * anybody asks for it, or else when it is shown. Until then there is nothing in its place.
 */
export function lazy<Props>(load: () => Promise<FunctionComponent<Props>>): FunctionComponent<Props> {
  let component: FunctionComponent<Props> | undefined;
  const loadOnce = async (): Promise<void> => {
    pending.delete(loadOnce);
    component ??= await load();
  };
  pending.add(loadOnce);
  return function Lazy(props) {
    const [, setLoaded] = useState(component !== undefined);
    useEffect(() => {
      if (!component) loadOnce().then(() => setLoaded(true), console.error);
    }, []);
    const Loaded = component;
    return Loaded ? <Loaded {...props} /> : null;
  };
}

/** Loads what is still to be loaded as soon as the page has nothing else to do. */
export function loadRest(): void {
  requestIdleCallback(() => {
    for (const load of pending) load().catch(console.error);
  });
}
