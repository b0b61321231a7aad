type Health = 'healthy' | 'broken';

/** Remembers, for every key, how often it failed, and whether a test has healed or broken it by hand. */
export class FaultKeys {
  readonly #failures = new Map<string, number>();
  readonly #health = new Map<string, Health>();

  isHealed(key: string): boolean {
    return this.#health.get(key) === 'healthy';
  }

  /** Says whether this request has to fail, and counts it if so: the first `times` requests of a key do. */
  mustFail(key: string, times: number): boolean {
    const health = this.#health.get(key);
    if (health !== undefined) return health === 'broken';
    const failures = this.#failures.get(key) ?? 0;
    if (failures >= times) return false;
    this.#failures.set(key, failures + 1);
    return true;
  }

  heal(key: string): void {
    this.#health.set(key, 'healthy');
  }

  breakAgain(key: string): void {
    this.#health.set(key, 'broken');
  }

  forgetAll(): void {
    this.#failures.clear();
    this.#health.clear();
  }
}
