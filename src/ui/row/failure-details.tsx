import { useState } from 'preact/hooks';
import type { Attempt, Failure } from '../../domain/failure.ts';
import { visibleText } from '../../domain/file-name.ts';
import { sourcePage } from '../../domain/retry-policy.ts';
import { text } from '../../platform/i18n.ts';
import { openSource } from '../../platform/pages.ts';
import { Button } from '../button.tsx';
import { formatTime } from '../format.ts';
import { reasonText } from '../reason-text.ts';
import { say } from '../say.ts';
import { receivedText } from './received-text.ts';

export interface FailureDetailsProps {
  id: string;
  failure: Failure;
  name: string;
}

/** All that is known of a failure, on request. */
export function FailureDetails({ id, failure, name }: FailureDetailsProps) {
  const { url, finalUrl, referrer, reason, attempts } = failure;
  const page = sourcePage(failure);
  return (
    <div class="details" id={id}>
      <dl>
        <dt>{text('detail_file')}</dt>
        <dd>
          <bdi>{name}</bdi>
        </dd>
        <dt>{text('detail_address')}</dt>
        <dd>
          <bdi>{visibleText(url)}</bdi>
        </dd>
        {finalUrl !== url && (
          <>
            <dt>{text('detail_final_address')}</dt>
            <dd>
              <bdi>{visibleText(finalUrl)}</bdi>
            </dd>
          </>
        )}
        {referrer !== null && (
          <>
            <dt>{text('detail_page')}</dt>
            <dd>
              <bdi>{visibleText(referrer)}</bdi>
            </dd>
          </>
        )}
        <dt>{text('detail_code')}</dt>
        <dd>
          <code>{visibleText(reason)}</code>
        </dd>
        <dt>{text('detail_attempts')}</dt>
        <dd>
          <ol>
            {attempts.map((attempt, index) => (
              <li key={index}>{attemptText(attempt, failure)}</li>
            ))}
          </ol>
        </dd>
      </dl>
      <p class="details-buttons">
        <CopyLink url={url} />
        {page !== undefined && (
          <Button
            action="open-source"
            word={text('open_source')}
            onClick={() => void openSource(page, failure)}
          />
        )}
      </p>
    </div>
  );
}

/** Puts an address on the clipboard and says whether that went well. */
function CopyLink({ url }: { url: string }) {
  const [word, setWord] = useState<'copy_link' | 'copied' | 'copy_failed'>('copy_link');
  const tell = (came: 'copied' | 'copy_failed'): void => {
    setWord(came);
    say(text(came));
  };
  return (
    <Button
      action="copy-link"
      word={text(word)}
      onClick={() =>
        void navigator.clipboard.writeText(url).then(
          () => tell('copied'),
          () => tell('copy_failed'),
        )
      }
    />
  );
}

const kindText = { first: 'attempt_first', resume: 'attempt_resume', restart: 'attempt_restart' } as const;

function attemptText(attempt: Attempt, failure: Failure): string {
  return [
    formatTime(attempt.startedAt),
    text(kindText[attempt.kind]),
    typeof attempt.by === 'object' ? text('attempt_automatic') : '',
    receivedText(attempt),
    endText(attempt, failure),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function endText(attempt: Attempt, { browser }: Failure): string {
  switch (attempt.state) {
    case 'starting':
      return text('state_starting');
    case 'running':
      return text('state_running');
    case 'failed':
      return reasonText(attempt.reason, browser).title;
    case 'completed':
      return text('attempt_completed');
    case 'cancelled':
      return text('attempt_cancelled');
    case 'vanished':
      return text(attempt.because === 'closed' ? 'attempt_closed' : 'attempt_vanished');
    case 'not-started':
      return attempt.message === ''
        ? text('attempt_silent')
        : text('attempt_refused', visibleText(attempt.message));
  }
}
