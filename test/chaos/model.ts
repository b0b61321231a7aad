import type { Failure } from '../../src/domain/failure.ts';
import { fileName } from '../../src/domain/file-name.ts';
import { plainName } from '../../src/domain/same-file.ts';

/** The file of a record, without the number that it gets beside one of its name. */
export const fileOf = (failure: Failure): string => plainName(fileName(failure)) ?? '';

/** What is known of an item that ends. */
interface Ending {
  id: number;
  file: string;
  /** As the browser gives it. */
  startTime: string;
}

/**
 * Which files are not there, as a person would say who sees everything. Of some files both answers would be right: their
 * last news can't be told from older ones, or the person deleted the record.
 */
export class Model {
  readonly #missing = new Set<string>();
  readonly #unsure = new Set<string>();
  /** When the downloads began that brought a file, and when it came last. */
  readonly #came = new Map<string, string>();
  readonly #cameLast = new Map<string, string>();
  /** Items whose end proves nothing. */
  readonly #stale = new Set<number>();
  /** Files of which something seems to be later than it was, since the clock was set back. */
  readonly #muddled = new Set<string>();

  /** A download brought its file. */
  come({ id, file, startTime }: Ending, now: number): void {
    const before = this.#came.get(file) ?? '';
    this.#missing.delete(file);
    if (this.#stale.has(id) || this.#muddled.has(file)) this.#unsure.add(file);
    else this.#unsure.delete(file);
    if (startTime > before) this.#came.set(file, startTime);
    this.#cameLast.set(file, new Date(now).toISOString());
  }

  /**
   * A download failed, or the person cancelled it. A later one may have brought the file in the meantime. What an
   * earlier one brought meanwhile counts only if both were known to be of one file by then: browsers don't tell when a
   * download completed. And who cancels the download of a file that has come once misses nothing, if it is known that it
   * came.
   */
  fail({ id, file, startTime }: Ending, isCancelled: boolean): void {
    if (this.#stale.has(id) || this.#muddled.has(file)) {
      this.doubt(file);
      return;
    }
    const before = this.#came.get(file) ?? '';
    if (startTime > (this.#cameLast.get(file) ?? '') && !(isCancelled && before !== '')) {
      this.#missing.add(file);
      this.#unsure.delete(file);
    } else if (startTime > before && !this.#missing.has(file)) this.#unsure.add(file);
  }

  /**
   * A download is complete and may not be the file. That brings nothing that was missing; and whether it is news depends
   * on whether anybody saw it complete.
   */
  comeEmpty(file: string): void {
    if (!this.#missing.has(file)) this.#unsure.add(file);
  }

  /** The person said that what came is the file. */
  accept(file: string, now: number): void {
    this.doubt(file);
    this.#cameLast.set(file, new Date(now).toISOString());
  }

  /** What is known of a file no longer counts, until there are news of it. */
  doubt(file: string): void {
    this.#missing.delete(file);
    this.#unsure.add(file);
  }

  /** Whatever becomes of these items, nothing follows from it for their files. */
  outdate(items: readonly Ending[]): void {
    for (const { id } of items) this.#stale.add(id);
  }

  /** The browser forgot its items, or gave them new ids. */
  forgetItems(): void {
    this.#stale.clear();
  }

  /** The clock was set back while the browser listed these items. What came has come later than all that follows. */
  setBack(items: readonly Ending[]): void {
    for (const file of [...items.map((item) => item.file), ...this.#came.keys()]) {
      this.#muddled.add(file);
      this.doubt(file);
    }
  }

  get missing(): readonly string[] {
    return [...this.#missing].sort();
  }

  isSure(file: string): boolean {
    return !this.#unsure.has(file);
  }
}
