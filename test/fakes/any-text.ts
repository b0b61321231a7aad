import fc from 'fast-check';

/** Any string that JavaScript knows, halves of surrogate pairs included. fast-check's own takes seconds to make. */
export const anyText = (): fc.Arbitrary<string> =>
  fc.array(fc.nat({ max: 0xffff })).map((units) => String.fromCharCode(...units));
