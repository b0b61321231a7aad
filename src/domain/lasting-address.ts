/**
 * The lasting part of an address: without the parameters that are made anew each time a page gives out a link to the
 * same file. Which they are follows from:
 *
 * - Amazon S3, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)" and "Signing and
 *   authenticating REST requests (AWS signature version 2)".
 * - Google Cloud Storage, "Signed URLs" (V4) and "V2 signing process".
 * - Azure Storage, "Create an account SAS", "Create a service SAS" and "Create a user delegation SAS".
 * - Amazon CloudFront, "Create a signed URL using a canned policy" and "... using a custom policy".
 * - Alibaba Cloud OSS, "Add signatures to a URL" and "Include a V4 signature in a URL".
 * - Tencent Cloud COS, "Request Signature".
 * - Akamai, "Auth Token 2.0 Verification": `hdnea`, `hdnts`, `hdntl`, `__token__`.
 * - OpenStack Swift, "Temporary URL middleware": `temp_url_sig`, `temp_url_expires`.
 * - nginx, "Module ngx_http_secure_link_module": `md5` beside `expires`.
 * - Discord, "Signed Attachment CDN URLs": `ex`, `is`, `hm`.
 */

/** These only ever sign a request; the file is named by the rest of the address. In lower case. */
const signing =
  /^(x-amz-(algorithm|credential|date|expires|signedheaders|signature|security-token)|x-goog-(algorithm|credential|date|expires|signedheaders|signature)|awsaccesskeyid|googleaccessid|key-pair-id|ossaccesskeyid|x-oss-(signature-version|credential|date|expires|signature|security-token|additional-headers)|q-(sign-algorithm|ak|sign-time|key-time|header-list|url-param-list|signature)|x-cos-security-token|hdnea|hdnts|hdntl|__token__|temp_url_(sig|expires|prefix|ip_range))$/;

/** Names that are short enough to mean something else elsewhere: they sign only where all of `beside` are there. */
const signingTogether = [
  // Azure
  {
    beside: ['sig', 'sv'],
    names: 'se sig ske skoid sks skt sktid skv sp spr sr srt ss st sv sdd sip saoid suoid scid ses'.split(
      ' ',
    ),
  },
  // nginx
  { beside: ['md5', 'expires'], names: ['md5', 'expires'] },
  // Discord
  { beside: ['ex', 'is', 'hm'], names: ['ex', 'is', 'hm'] },
];

/** What mostly signs a request, but may as well name the file: everybody uses these names. */
const perhapsSigning =
  /^((auth|access|download|security)?[-_]?token|hmac|jwt|sig|sign|signature|policy|expires?|expiry|exp|expires[-_]?(at|in|on)|valid[-_]?(until|till|to|from))$/;

export interface LastingAddress {
  address: string;
  /** Whether something was left out that may have named the file. */
  doubtful: boolean;
}

/** Leaves out the fragment, too; and nothing of an address for which no server is asked (`blob:`, `data:`). */
export function lastingAddress(url: string): LastingAddress {
  if (!/^(https?|ftp):/i.test(url) || !URL.canParse(url)) return { address: url, doubtful: false };
  const parsed = new URL(url);
  parsed.hash = '';
  const all = [...parsed.searchParams.keys()].map((name) => name.toLowerCase());
  const together = signingTogether.find(({ beside }) => beside.every((name) => all.includes(name)));
  const signs = (name: string): boolean => signing.test(name) || (together?.names.includes(name) ?? false);
  const lasting = [...parsed.searchParams].filter(([name]) => {
    const key = name.toLowerCase();
    return !signs(key) && !perhapsSigning.test(key);
  });
  if (lasting.length === all.length) return { address: parsed.href, doubtful: false };
  parsed.search = new URLSearchParams(lasting.sort(([one], [other]) => (one < other ? -1 : 1))).toString();
  // Beside a name that only ever signs, the others belong to the same signature.
  return { address: parsed.href, doubtful: !all.some(signs) };
}
