/**
 * When a signed address stops working, according to the address itself:
 *
 * - Amazon S3, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)": `X-Amz-Date` and
 *   `X-Amz-Expires`; "Signing and authenticating REST requests (AWS signature version 2)": `Expires`.
 * - Google Cloud Storage, "Signed URLs": `X-Goog-Date` and `X-Goog-Expires`; "V2 signing process": `Expires`.
 * - Azure Storage, "Create an account SAS" and "Create a service SAS": `se`, the signed expiry, beside `sig`.
 * - Amazon CloudFront, "Create a signed URL using a canned policy": `Expires`; "... using a custom policy": `Policy`.
 * - Akamai, "Auth Token 2.0 Verification": a token in query or path with the field `exp`.
 * - Everybody else: a parameter like `expires`, `exp`, `expiresAt` or `validUntil`.
 */

/** In ms since the epoch. A number outside this range is not a time. */
const EARLIEST = Date.UTC(2000, 0);
const LATEST = Date.UTC(2101, 0);

const plausible = (time: number): number | undefined =>
  time >= EARLIEST && time < LATEST ? time : undefined;

/** A date with or without a time, in ISO 8601's extended format; UTC if it has no zone. */
const isoDate = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?:Z|([ +-])(\d\d):?(\d\d))?)?$/i;

function isoTime(text: string): number | undefined {
  const long = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/i, '$1-$2-$3T$4:$5:$6Z');
  const [, date, time = '00:00', sign, hours, minutes] = isoDate.exec(long) ?? [];
  // A plus that was not escaped arrives as a space.
  const zone = sign ? `${sign === '-' ? '-' : '+'}${hours}:${minutes}` : 'Z';
  return date === undefined ? undefined : plausible(Date.parse(`${date}T${time}${zone}`));
}

/** A time as seconds or ms since the epoch, or as a date. */
function timeIn(text: string): number | undefined {
  if (!/^\d+(\.\d+)?$/.test(text)) return isoTime(text);
  const number = Number(text);
  return plausible(Math.trunc(number * 1000)) ?? plausible(Math.trunc(number));
}

/** The end of a lifetime given by its start and its length in seconds. */
function endOf(begin: string | undefined, seconds: string | undefined): number | undefined {
  const from = isoTime(begin ?? '');
  return from !== undefined && /^\d+$/.test(seconds ?? '')
    ? plausible(from + Number(seconds) * 1000)
    : undefined;
}

/** The time in CloudFront's custom policy, which is JSON in Base64 with three characters replaced. */
function policyTime(policy: string): number | undefined {
  try {
    const json = atob(policy.replaceAll('-', '+').replaceAll('_', '=').replaceAll('~', '/'));
    const [, seconds] = /"DateLessThan"\s*:\s*\{\s*"AWS:EpochTime"\s*:\s*(\d+)/.exec(json) ?? [];
    return timeIn(seconds ?? '');
  } catch {
    // Other services call other things a policy.
    return undefined;
  }
}

/** The field `exp` among the other fields of a token, escaped or not. */
const tokenExpiry = /(?:[=~]|%3d|%7e)exp(?:=|%3d)(\d+)(?=~|%7e|&|\/|$)/i;

const commonNames =
  /^(?:x[-_]|temp_url_)?exp(?:|ires?|iry|iration)(?:[-_]?(?:at|on|time|date|ts|timestamp))?$|^valid[-_]?(?:until|till|to|thru)$/;

function commonTime(parameters: ReadonlyMap<string, string>): number | undefined {
  for (const [name, value] of parameters) {
    const time = commonNames.test(name) ? timeIn(value) : undefined;
    if (time !== undefined) return time;
  }
  return undefined;
}

/**
 * When the address stops working, in ms since the epoch; undefined if it gives no time, or none that makes sense. Takes
 * any string.
 */
export function expiryOf(url: string): number | undefined {
  if (!/^https?:/i.test(url) || !URL.canParse(url)) return undefined;
  const { pathname, search, searchParams } = new URL(url);
  const parameters = new Map<string, string>();
  for (const [name, value] of searchParams) {
    const key = name.toLowerCase();
    if (!parameters.has(key)) parameters.set(key, value);
  }
  const of = (name: string): string | undefined => parameters.get(name);
  return (
    endOf(of('x-amz-date'), of('x-amz-expires')) ??
    endOf(of('x-goog-date'), of('x-goog-expires')) ??
    (parameters.has('sig') ? isoTime(of('se') ?? '') : undefined) ??
    policyTime(of('policy') ?? '') ??
    timeIn(tokenExpiry.exec(pathname + search)?.[1] ?? '') ??
    commonTime(parameters)
  );
}

/** Whether the address itself says that it has expired at `now` (ms since the epoch). */
export function hasExpired(url: string, now: number): boolean {
  const expiry = expiryOf(url);
  return expiry !== undefined && expiry <= now;
}
