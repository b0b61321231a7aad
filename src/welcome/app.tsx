import { useEffect, useMemo, useState } from 'preact/hooks';
import { coalesced } from '../platform/coalesced.ts';
import { text } from '../platform/i18n.ts';
import { openOptions } from '../platform/pages.ts';
import { onPermissionsChanged } from '../platform/permissions.ts';
import { askToWatch, mayWatch, stopWatching } from '../platform/server-answers.ts';
import {
  managedSettings,
  onSettingsChanged,
  readSettings,
  standardSettings,
  writeSetting,
} from '../platform/settings.ts';
import { unattended } from '../platform/unattended.ts';
import { Button } from '../ui/button.tsx';
import { pageIsReady } from '../ui/start-page.tsx';
import { Switch } from '../ui/switch.tsx';
import { ToolbarPicture } from './toolbar-picture.tsx';

interface Choices {
  automatic: boolean;
  /** Whether an administrator has set that. */
  locked: boolean;
  watching: boolean;
}

async function load(): Promise<Choices> {
  const [{ automaticRetry }, managed, watching] = await Promise.all([
    // The rest of the page is worth as much without them.
    readSettings().catch(() => standardSettings),
    managedSettings(),
    mayWatch(),
  ]);
  return { automatic: automaticRetry, locked: 'automaticRetry' in managed, watching };
}

/** Says, once after installing, where the button is and what happens from now on. */
export function Welcome() {
  const [choices, setChoices] = useState<Choices>();
  const read = useMemo(() => coalesced(async () => setChoices(await load())), []);
  useEffect(() => {
    onSettingsChanged(() => unattended(read()));
    onPermissionsChanged(() => unattended(read()));
    unattended(read());
  }, [read]);
  useEffect(() => {
    if (choices) pageIsReady();
  }, [choices]);
  if (!choices) return null;
  return (
    <main>
      <h1>{text('welcome_title')}</h1>
      <figure>
        <ToolbarPicture />
        <figcaption>{text('welcome_picture')}</figcaption>
      </figure>
      <p class="story">{[text('welcome_kept'), text('welcome_button'), text('welcome_stays')].join(' ')}</p>
      <section aria-labelledby="choices">
        <h2 id="choices">{text('welcome_choices')}</h2>
        <Switch
          name="automaticRetry"
          label={text('option_automaticRetry')}
          on={choices.automatic}
          locked={choices.locked}
          save={async (on) => {
            await writeSetting('automaticRetry', on);
            return true;
          }}
          readBack={read}
        />
        <p>{text('options_automatic_text')}</p>
        <Switch
          name="watchServers"
          label={text('options_watch')}
          on={choices.watching}
          save={(on) => (on ? askToWatch() : stopWatching())}
          readBack={read}
        />
        <p>{text('options_watch_text')}</p>
        <p class="later">
          {text('welcome_later')}{' '}
          <Button action="open-options" label={text('options')} onClick={() => void openOptions()} />
        </p>
      </section>
    </main>
  );
}
