import { needsPin } from '../platform/action.ts';

/** The end of a browser's toolbar, with the button and where it is pinned. What it shows stands in words below it. */
export function ToolbarPicture() {
  return (
    <svg class="picture" viewBox={`0 0 480 ${needsPin ? 150 : 52}`} aria-hidden="true" fill="none">
      <g fill="var(--surface)" stroke="var(--line)">
        <rect x="1" y="1" width="478" height={needsPin ? 148 : 50} rx="12" />
        {needsPin && (
          <>
            <path d="M1 50h478" />
            <rect x="236" y="62" width="196" height="74" rx="8" fill="var(--background)" />
          </>
        )}
      </g>
      <rect x="16" y="13" width="290" height="26" rx="13" fill="var(--background)" />
      <path d={`M46 26h96${needsPin ? 'M252 80h70M286 109h92' : ''}`} stroke="var(--line)" stroke-width="8" />
      <g stroke="var(--text-soft)" stroke-width="2">
        <path d="M30 25h8v7h-8zM31.5 25v-3a2.5 2.5 0 0 1 5 0v3" />
        {needsPin ? (
          <>
            <path d="M376 19h5a3.5 3.5 0 1 1 7 0h5v6a3.5 3.5 0 1 1 0 7v3h-17z" />
            <path d="M402 101h8l-1 6 3 3h-12l3-3zM406 110v7" />
            <path d="M440 19v.1M440 26v.1M440 33v.1" stroke-width="4" />
          </>
        ) : (
          <path d="M432 20h16M432 26h16M432 32h16" />
        )}
      </g>
      {needsPin && (
        <>
          <g stroke="var(--accent)" stroke-width="2.5">
            <circle cx="386" cy="26" r="18" />
            <circle cx="406" cy="109" r="16" />
          </g>
          <rect x="250" y="96" width="26" height="26" rx="6" fill="var(--accent)" />
          <path
            d="M263 101.5v9.5m-4.2-4.2L263 111l4.2-4.2M257.5 115.5h11"
            stroke="var(--accent-text)"
            stroke-width="2.5"
          />
        </>
      )}
      <rect x="322" y="12" width="28" height="28" rx="6" fill="var(--accent)" />
      <path d="M336 18v10m-4.5-4.5L336 28l4.5-4.5M330 33h12" stroke="var(--accent-text)" stroke-width="2.5" />
      <rect x="340" y="10" width="18" height="14" rx="7" fill="var(--alert)" />
      <g transform="translate(340 10)" stroke="var(--background)" stroke-width="1.5">
        <path class="number" d="M6.5 4h5l-3 3c4-.5 4 4.5.5 4.3-1.2 0-2-.5-2.5-1.3" />
      </g>
    </svg>
  );
}
