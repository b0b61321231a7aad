/** What is shown instead of an empty list. */
import { text } from '../platform/i18n.ts';
import { Button } from '../ui/button.tsx';

export function NoFailures() {
  return (
    <div class="empty">
      <h2>{text('empty_title')}</h2>
      <p>{text('history_empty_text')}</p>
    </div>
  );
}

export function NoMatch({ onClear }: { onClear: () => void }) {
  return (
    <div class="empty">
      <h2>{text('history_no_match')}</h2>
      <p>{text('history_no_match_text')}</p>
      <Button action="clear-filter" look="primary" label={text('history_clear_filter')} onClick={onClear} />
    </div>
  );
}
