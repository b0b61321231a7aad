/** Logs an error and returns a stand-in for the value. */
export const insteadOf =
  <Value>(value: Value) =>
  (error: unknown): Value => {
    console.error(error);
    return value;
  };
