import { useLayoutEffect, useState } from 'preact/hooks';
import { isVague } from '../domain/diagnosis.ts';
import { causeOf } from '../domain/failure.ts';
import { askToWatch, mayWatch } from '../platform/evidence.ts';
import { text } from '../platform/i18n.ts';
import { watchOffered } from '../platform/popup.ts';
import { target } from '../platform/target.ts';
import { unattended } from '../platform/unattended.ts';
import { Button } from '../ui/button.tsx';
import type { PopupView } from './view.ts';

/** Whether requests are not seen yet, and the person has not been asked before. */
async function isDue(): Promise<boolean> {
  try {
    const [offered, watching] = await Promise.all([watchOffered.read(), mayWatch()]);
    return !watching && !offered;
  } catch (error) {
    // The failures can be shown all the same.
    console.error(error);
    return false;
  }
}

/** Whether to offer to see requests, undefined until that is known, and what ends it for good. */
export function useWatchOffer(): [due: boolean | undefined, end: () => void] {
  const [due, setDue] = useState<boolean>();
  // Before the first paint, as the failures are.
  useLayoutEffect(() => unattended(isDue().then(setDue)), []);
  const end = (): void => {
    setDue(false);
    unattended(watchOffered.write(true));
  };
  return [due, end];
}

/** The first reason of which seeing requests would tell more; a search may hide what is known. */
const vagueReason = ({ groups, searching }: PopupView): string | undefined =>
  searching
    ? undefined
    : groups
        .flatMap(({ reasons }) => reasons)
        .find(({ reason, failures }) => isVague(reason, target, failures.map(causeOf)))?.reason;

/**
 * If the popup opened with more failures than this, the offer is a line to unfold, so that they have the room; also if it
 * opened without any, as it keeps its height.
 */
const ROOMY = 4;

/** What offers, below one reason, to see exactly why downloads fail. */
export interface Offer {
  below: string | undefined;
  unfolded: boolean;
  onAnswer: () => void;
}

/** `openedWith` is how many failures there were when the popup opened. */
export const offerIn = (view: PopupView, openedWith: number, onAnswer: () => void): Offer => ({
  below: vagueReason(view),
  unfolded: openedWith > 0 && openedWith <= ROOMY,
  onAnswer,
});

/** Offers, once, to see exactly why downloads fail. */
export function WatchOffer({ unfolded, onAnswer }: Offer) {
  // Whatever becomes of the failures: nothing may move by itself.
  const [open] = useState(unfolded);
  return (
    <details class="watch-offer small" open={open}>
      <summary>{text('watch_offer_head')}</summary>
      <p>{text('watch_offer')}</p>
      <div class="line">
        <Button
          action="watch"
          look="primary"
          label={text('options_watch')}
          onClick={() => {
            onAnswer();
            // The browser closes the popup for its question: whatever waits here for the answer never comes to it.
            unattended(askToWatch());
          }}
        />
        <Button action="decline-offer" label={text('watch_offer_no')} onClick={onAnswer} />
      </div>
    </details>
  );
}
