import { expectedReasons } from './expected-reasons.ts';

/** Keeps book of how each reason was seen in one browser, and tells it at the end. */
export class Coverage {
  readonly #browser: string;
  readonly #whyNotLive: (reason: string) => string | undefined;
  readonly #live = new Map<string, string>();
  readonly #historyRows = new Set<string>();
  readonly #refused = new Map<string, string>();

  /** `whyNotLive` knows of the reasons that nothing a test can break brings about. */
  constructor(browser: string, whyNotLive: (reason: string) => string | undefined) {
    this.#browser = browser;
    this.#whyNotLive = whyNotLive;
  }

  /** The reasons that something really gone wrong has brought about. */
  get live(): readonly string[] {
    return [...this.#live.keys()];
  }

  /** The reasons that this system did not let us bring about. */
  get refused(): readonly string[] {
    return [...this.#refused.keys()];
  }

  sawLive(reason: string, how: string): void {
    this.#live.set(reason, how);
  }

  sawHistoryRow(reason: string): void {
    this.#historyRows.add(reason);
  }

  refuse(reason: string, why: string): void {
    this.#refused.set(reason, why);
  }

  /** One line for each reason. */
  report(): string {
    const width = Math.max(...expectedReasons.map(({ reason }) => reason.length));
    const lines = expectedReasons.map(({ reason }) => `  ${reason.padEnd(width)}  ${this.#wordsOn(reason)}`);
    return [`How each reason was seen in ${this.#browser}:`, ...lines].join('\n');
  }

  #wordsOn(reason: string): string {
    const live = this.#live.get(reason);
    const why = this.#refused.get(reason) ?? this.#whyNotLive(reason) ?? 'its test has not passed';
    return [
      ...(live === undefined ? [] : [`live: ${live}`]),
      ...(this.#historyRows.has(reason) ? ['history row'] : []),
      ...(live === undefined ? [`not live: ${why}`] : []),
    ].join('; ');
  }
}
