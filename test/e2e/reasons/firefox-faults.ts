import { cancelled, faultAt, type LiveFault, nameOfFolder, startDoomed } from './live-fault.ts';

const untrustedCertificate: LiveFault = {
  reason: 'CRASH',
  how: 'the certificate is not trusted',
  bringAbout: (bench, file) =>
    startDoomed(bench, { url: `${bench.faults.secureOrigin}/ok/${file}`, filename: file }),
};

/** Every reason that Firefox gives. */
export const firefoxFaults: readonly LiveFault[] = [
  nameOfFolder,
  faultAt('NETWORK_FAILED', 'the connection breaks', (file) => `/reset/${file}?resets=always`),
  faultAt('SERVER_FAILED', 'the server answers 500', (file) => `/status/500/${file}`),
  faultAt('SERVER_BAD_CONTENT', 'the server answers 404', (file) => `/status/404/${file}`),
  faultAt('SERVER_UNAUTHORIZED', 'the server answers 402', (file) => `/status/402/${file}`),
  faultAt('SERVER_FORBIDDEN', 'the server answers 403', (file) => `/status/403/${file}`),
  untrustedCertificate,
  cancelled,
];
