import type { Page, WebWorker } from 'puppeteer-core';

/** The number that an expression (or its promise) gives in a page or a worker. */
export async function readNumber(where: Page | WebWorker, expression: string): Promise<number> {
  const value: unknown = await where.evaluate(expression);
  if (typeof value !== 'number') throw new Error(`No number in ${where.url()}: ${String(value)}`);
  return value;
}
