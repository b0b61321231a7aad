/** What of a failure may be handed to somebody else, such as the support of the site. */
import { withoutSecrets } from './export.ts';
import type { Attempt, Failure } from './failure.ts';
import { baseName } from './file-name.ts';

/**
 * The failure without queries, fragments and credentials in its addresses and without the folder it was saved in, which
 * holds the person's name. Of a private window neither name nor address is left.
 */
export function reportable(failure: Failure): Failure {
  const shared = failure.incognito ? withoutTraces(failure) : withoutSecrets(failure);
  const [first, ...others] = shared.attempts;
  return {
    ...shared,
    filename: baseName(shared.filename),
    attempts: [withoutFolder(first), ...others.map(withoutFolder)],
  };
}

const withoutFolder = (attempt: Attempt): Attempt =>
  attempt.download
    ? { ...attempt, download: { ...attempt.download, filename: baseName(attempt.download.filename) } }
    : attempt;

function withoutTraces(failure: Failure): Failure {
  const [first, ...others] = failure.attempts;
  return {
    ...failure,
    url: '',
    finalUrl: '',
    referrer: null,
    filename: '',
    attempts: [anonymous(first), ...others.map(anonymous)],
  };
}

function anonymous({ item: _item, download: _download, ...attempt }: Attempt): Attempt {
  if (attempt.state === 'not-started') return { ...attempt, item: null, message: '' };
  if (attempt.state !== 'failed' || !attempt.evidence) return { ...attempt, item: null };
  const { url: _url, error, ...evidence } = attempt.evidence;
  // Firefox's sentences about certificates name the host.
  const name = error !== null && /^(net::ERR|NS_ERROR)_\w+$/.test(error) ? error : null;
  return { ...attempt, item: null, evidence: { ...evidence, error: name } };
}
