import { needsPin } from '../platform/action.ts';
import { text } from '../platform/i18n.ts';
import { openOptions } from '../platform/pages.ts';
import { Button } from '../ui/button.tsx';
import { SettingSwitch, WatchSwitch } from '../ui/setting-switches.tsx';
import { startPage, useReady } from '../ui/start-page.tsx';
import { useSettings } from '../ui/use-settings.ts';
import { ToolbarPicture } from './toolbar-picture.tsx';

/** Says, once after installing, where the button is and what happens from now on. */
function Welcome() {
  const shown = useSettings();
  useReady(shown !== undefined);
  if (!shown) return null;
  return (
    <main>
      <h1>{text('welcome_title')}</h1>
      <figure>
        <ToolbarPicture />
        {needsPin && <figcaption class="soft">{text('welcome_picture')}</figcaption>}
      </figure>
      <p class="story">{[text('welcome_kept'), text('welcome_button'), text('welcome_stays')].join(' ')}</p>
      <section class="stack" aria-labelledby="choices">
        <h2 id="choices">{text('welcome_choices')}</h2>
        <SettingSwitch name="automaticRetry" shown={shown} />
        <p>{text('options_automatic_text')}</p>
        <WatchSwitch {...shown} />
        <p class="later">
          {text('welcome_later')}{' '}
          <Button action="open-options" label={text('options')} onClick={() => void openOptions()} />
        </p>
      </section>
    </main>
  );
}

startPage(<Welcome />, 'welcome_title');
