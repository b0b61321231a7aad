/** Time against the size of the journal, as an SVG that can be read in light and dark surroundings. */

/** One line of the picture. */
export interface Line {
  /** Stands at the line's end; also the name of its colour's class. */
  name: string;
  title: string;
  /** Failures and ms, with rising numbers of failures. */
  points: readonly (readonly [failures: number, ms: number])[];
}

const WIDTH = 760;
const HEIGHT = 420;
const PLOT = { left: 64, right: 590, top: 48, bottom: 356 };
/** Between two labels, from line to line of text. */
const LABEL_HEIGHT = 18;

const STYLE = `
    text { font: 13px system-ui, sans-serif; fill: #333; }
    .heading { font-weight: 600; }
    .grid { stroke: #ddd; }
    path { fill: none; stroke-width: 2.5; }
    .empty { stroke: #767676; fill: #767676; } .empty path { stroke-dasharray: 5 4; }
    .downloads { stroke: #b45309; fill: #b45309; }
    .popup { stroke: #1d4ed8; fill: #1d4ed8; }
    .history { stroke: #047857; fill: #047857; }
    g path { fill: none; }
    g text { fill: inherit; stroke: none; font-weight: 600; }
    @media (prefers-color-scheme: dark) {
      text { fill: #ddd; }
      .grid { stroke: #444; }
      .empty { stroke: #a3a3a3; fill: #a3a3a3; }
      .downloads { stroke: #f59e0b; fill: #f59e0b; }
      .popup { stroke: #7aa2ff; fill: #7aa2ff; }
      .history { stroke: #34d399; fill: #34d399; }
      g path { fill: none; }
    }`;

/** In powers of ten. Nothing has no place on such a scale: it stands one power before 100. */
const power = (failures: number): number => (failures === 0 ? 1 : Math.log10(failures));

/** A round number, so that up to six steps of it reach `most`. */
export function stepFor(most: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(most / 5));
  return [1, 2, 5, 10].map((factor) => factor * magnitude).find((step) => most / step <= 6) ?? most;
}

/** Moves heights (from top to bottom, in any order) apart, so that a line of text fits at each. */
export function apart(heights: readonly number[], least: number): number[] {
  const order = heights.map((height, index) => ({ height, index })).sort((a, b) => a.height - b.height);
  const moved = [...heights];
  // From the lowest on upwards: below it are the numbers of the axis.
  let below = Number.POSITIVE_INFINITY;
  for (const { height, index } of order.reverse()) {
    below = Math.min(height, below - least);
    moved[index] = below;
  }
  return moved;
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** The picture of these lines. */
export function picture(lines: readonly Line[]): string {
  const sizes = [...new Set(lines.flatMap(({ points }) => points.map(([failures]) => failures)))].sort(
    (a, b) => a - b,
  );
  const [first = 0, last = 1] = [sizes[0], sizes.at(-1)].map((size) => power(size ?? 0));
  const most = Math.max(...lines.flatMap(({ points }) => points.map(([, ms]) => ms)));
  const step = stepFor(most);
  const ticks = Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
  const top = ticks.at(-1) ?? most;
  const x = (failures: number): number =>
    round(PLOT.left + ((power(failures) - first) / (last - first)) * (PLOT.right - PLOT.left));
  const y = (ms: number): number => round(PLOT.bottom - (ms / top) * (PLOT.bottom - PLOT.top));

  const ends = lines.map(({ points }) => points.at(-1) ?? ([0, 0] as const));
  const heights = apart(
    ends.map(([, ms]) => y(ms)),
    LABEL_HEIGHT,
  );
  const drawn = lines.map(({ name, title, points }, index) => {
    const [failures] = ends[index] ?? [0];
    const path = points.map(([size, ms], at) => `${at === 0 ? 'M' : 'L'}${x(size)} ${y(ms)}`).join(' ');
    const dots = points.map(([size, ms]) => `<circle cx="${x(size)}" cy="${y(ms)}" r="3.5"/>`).join('');
    const label = `<text x="${x(failures) + 10}" y="${round((heights[index] ?? 0) + 4)}">${title}</text>`;
    return `  <g class="${name}"><path d="${path}"/>${dots}${label}</g>`;
  });
  const rows = ticks.map(
    (ms) =>
      `  <line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${y(ms)}" y2="${y(ms)}"/>` +
      `<text x="${PLOT.left - 8}" y="${y(ms) + 4}" text-anchor="end">${ms.toLocaleString('en')}</text>`,
  );
  const columns = sizes.map(
    (size) =>
      `  <text x="${x(size)}" y="${PLOT.bottom + 22}" text-anchor="middle">${size.toLocaleString('en')}</text>`,
  );
  const middle = (PLOT.left + PLOT.right) / 2;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">`,
    '  <title>Time until a page shows its content, by the number of failed downloads</title>',
    `  <style>${STYLE}\n  </style>`,
    `  <text class="heading" x="${PLOT.left - 40}" y="24">Time until the content is on the page, in ms</text>`,
    ...rows,
    ...columns,
    `  <text x="${middle}" y="${PLOT.bottom + 48}" text-anchor="middle">failed downloads</text>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}
