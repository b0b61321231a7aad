/** The middle of some numbers, of which there must be at least one, to three places. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new Error('There is no median of nothing.');
  // More digits would say nothing.
  return Math.round(((lower + upper) / 2) * 1000) / 1000;
}
