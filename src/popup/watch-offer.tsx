import { useEffect, useState } from 'preact/hooks';
import { askToWatch, mayWatch } from '../platform/evidence.ts';
import { text } from '../platform/i18n.ts';
import { watchOffered } from '../platform/popup.ts';
import { readSettings } from '../platform/settings.ts';
import { unattended } from '../platform/unattended.ts';
import { Button } from '../ui/button.tsx';

/** Whether it would change anything, and the person has not answered yet. */
async function isDue(): Promise<boolean> {
  const [offered, watching, { automaticRetry }] = await Promise.all([
    watchOffered.read(),
    mayWatch(),
    readSettings(),
  ]);
  return automaticRetry && !watching && !offered;
}

/** Offers, once, to wait as long as servers ask, when one has failed and is tried again automatically. */
export function WatchOffer({ serverFailed }: { serverFailed: boolean }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (serverFailed) unattended(isDue().then(setShown));
  }, [serverFailed]);
  if (!shown) return null;

  function answered(): void {
    setShown(false);
    unattended(watchOffered.write(true));
  }
  return (
    <div class="watch-offer soft">
      <p>{text('options_watch_text')}</p>
      <div>
        <Button
          action="watch"
          look="primary"
          label={text('options_watch')}
          onClick={() => {
            answered();
            // The browser closes the popup for its question: whatever waits here for the answer never comes to it.
            unattended(askToWatch());
          }}
        />
        <Button action="hide-offer" label={text('hide_notice')} onClick={answered} />
      </div>
    </div>
  );
}
