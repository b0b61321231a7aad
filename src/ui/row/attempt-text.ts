import { type Attempt, diagnosisOf, type Failure, neverBegan, tellingAttempt } from '../../domain/failure.ts';
import { visibleText } from '../../domain/file-name.ts';
import { text } from '../../platform/i18n.ts';
import { attemptCauseText } from '../cause-text.ts';
import { formatTime } from '../format.ts';
import { reasonText, receivedText } from '../texts.ts';

/** An attempt in one line: when it began, how, how far it came and how it ended. */
export function attemptText(attempt: Attempt, failure: Failure): string {
  const facts = [
    formatTime(attempt.startedAt),
    text(attempt.download ? 'attempt_elsewhere' : `attempt_${attempt.kind}`),
    typeof attempt.by === 'object' ? text('attempt_automatic') : '',
    neverBegan(attempt) ? text('attempt_silent') : receivedText(attempt),
    endText(attempt, failure),
    otherError(attempt, failure),
  ];
  return facts.filter((fact) => fact !== '').join(' · ');
}

/** The network error of an attempt about which nothing else is said. */
function otherError(attempt: Attempt, failure: Failure): string {
  if (attempt.state !== 'failed' || attempt === tellingAttempt(failure)) return '';
  return visibleText(attempt.evidence?.error ?? '');
}

function endText(attempt: Attempt, failure: Failure): string {
  switch (attempt.state) {
    case 'starting':
    case 'running':
      return text(`state_${attempt.state}`);
    case 'failed':
      return (
        attemptCauseText(attempt, failure)?.title ??
        reasonText(diagnosisOf(attempt, failure.browser).reason, failure.browser).title
      );
    case 'completed':
    case 'cancelled':
      return text(`attempt_${attempt.state}`);
    case 'another-file':
      return text('attempt_another_file');
    case 'vanished':
      return text(attempt.because === 'closed' ? 'attempt_closed' : 'attempt_vanished');
    case 'not-started':
      return attempt.message === ''
        ? text('attempt_silent')
        : text('attempt_refused', visibleText(attempt.message));
  }
}
