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

function withoutFolder(attempt: Attempt): Attempt {
  const named = withSuspectFile(attempt, baseName);
  const { download } = named;
  return download ? { ...named, download: { ...download, filename: baseName(download.filename) } } : named;
}

/** The attempt with what is or was under suspicion named in another way. */
function withSuspectFile(attempt: Attempt, rename: (file: string) => string): Attempt {
  if (attempt.state === 'failed' && attempt.file !== undefined)
    return { ...attempt, file: rename(attempt.file) };
  if (attempt.state === 'completed' && attempt.accepted)
    return { ...attempt, accepted: { ...attempt.accepted, file: rename(attempt.accepted.file) } };
  return attempt;
}

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

function anonymous({ download: _download, ...others }: Attempt): Attempt {
  const attempt = withSuspectFile({ ...others, item: null }, () => '');
  if (attempt.state === 'not-started') return { ...attempt, message: '' };
  if (attempt.state === 'completed' && attempt.accepted) {
    const { evidence: _evidence, ...accepted } = attempt.accepted;
    return { ...attempt, accepted };
  }
  if (attempt.state !== 'failed' || !attempt.evidence) return attempt;
  const { url: _url, error, type, ...evidence } = attempt.evidence;
  // Firefox's sentences about certificates name the host.
  const name = error !== null && /^(net::ERR|NS_ERROR)_\w+$/.test(error) ? error : null;
  // A parameter of the type can be the file's name.
  const kind = type === null ? null : (type.split(';')[0] ?? null);
  return { ...attempt, evidence: { ...evidence, error: name, type: kind } };
}
