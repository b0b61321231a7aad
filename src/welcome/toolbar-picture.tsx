/** The end of a browser's toolbar, with the button and where it is pinned. What it shows stands in words below it. */
export function ToolbarPicture() {
  return (
    <svg class="picture" viewBox="0 0 480 150" aria-hidden="true">
      <rect class="window" x="1" y="1" width="478" height="148" rx="12" />
      <path class="window" d="M1 50h478" />
      <rect class="field" x="16" y="13" width="290" height="26" rx="13" />
      <path class="lock" d="M30 25h8v7h-8zM31.5 25v-3a2.5 2.5 0 0 1 5 0v3" />
      <path class="words" d="M46 26h96" />
      <g class="ours" transform="translate(322 12)">
        <rect width="28" height="28" rx="6" />
        <path d="M14 6v10m-4.5-4.5L14 16l4.5-4.5M8 21h12" />
      </g>
      <g class="badge" transform="translate(340 10)">
        <rect width="18" height="14" rx="7" />
        <path d="M6.5 4h5l-3 3c4-.5 4 4.5.5 4.300-1.200 0-2-.5-2.5-1.300" />
      </g>
      <path class="jigsaw" d="M376 19h5a3.5 3.5 0 1 1 7 0h5v6a3.5 3.5 0 1 1 0 7v3h-17z" />
      <circle class="ring" cx="386" cy="26" r="18" />
      <path class="dots" d="M440 19v.1M440 26v.1M440 33v.1" />
      <rect class="menu" x="236" y="62" width="196" height="74" rx="8" />
      <path class="words" d="M252 80h70" />
      <g class="ours" transform="translate(250 96)">
        <rect width="26" height="26" rx="6" />
        <path d="M13 5.5v9.5m-4.200-4.200L13 15l4.200-4.200M7.5 19.5h11" />
      </g>
      <path class="words" d="M286 109h92" />
      <path class="pin" d="M402 101h8l-1 6 3 3h-12l3-3zM406 110v7" />
      <circle class="ring" cx="406" cy="109" r="16" />
    </svg>
  );
}
