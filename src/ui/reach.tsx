import { type ComponentChild, createContext } from 'preact';
import { useContext, useLayoutEffect, useState } from 'preact/hooks';
import type { Reach } from '../domain/retry-way.ts';
import { onPermissionsChanged } from '../platform/permissions.ts';
import { readReach } from '../platform/reach.ts';
import { unattended } from '../platform/unattended.ts';

const Current = createContext<Reach | undefined>(undefined);

/** What new tries can do at the moment; undefined until that is known. */
export const useReach = (): Reach | undefined => useContext(Current);

/** Follows it for a page: private windows come and go while the page is not looked at. */
export function FollowReach({ children }: { children: ComponentChild }) {
  const [reach, setReach] = useState<Reach>();
  // Before the first paint, as the failures are read then too.
  useLayoutEffect(() => {
    const follow = (): void => unattended(readReach().then(setReach));
    follow();
    onPermissionsChanged(follow);
    addEventListener('focus', follow);
  }, []);
  return <Current.Provider value={reach}>{children}</Current.Provider>;
}
