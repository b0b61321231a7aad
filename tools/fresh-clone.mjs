// What tools/run.mjs has to find out before anything is installed.

/**
 * Whether a version is the minimum or newer.
 * @param {string} version
 * @param {string} minimum
 */
export function isAtLeast(version, minimum) {
  const [have, need] = [version, minimum].map((text) => text.split('.').map(Number));
  for (const [index, part] of need.entries()) {
    const other = have[index] ?? 0;
    if (other !== part) return other > part;
  }
  return true;
}

/**
 * Whether what is installed is what the lock file asks for. npm writes down what it installed in
 * node_modules/.package-lock.json, as its last step, so an install that was cut short does not fit.
 * @param {{ packages: Record<string, any> } | undefined} installed
 * @param {{ packages: Record<string, any> }} lock
 */
export function fits(installed, lock) {
  if (installed === undefined) return false;
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (path === '') return true;
    const found = installed.packages[path];
    // Optional packages for other platforms are rightly absent.
    if (found === undefined) return wanted.optional === true;
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}
