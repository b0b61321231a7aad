// The way in behind every npm script: `node tools/run.mjs <task> [arguments]`, where a task is a file here with a
// default export. Plain JavaScript, because it has to run on a fresh clone, before anything is installed.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fits, isAtLeast } from './fresh-clone.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

function readJson(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Runs `npm ci`. Gives whether it succeeded. */
function installPackages() {
  console.log('Installing the npm packages …');
  const options = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  // npm tells its scripts where it is. Without a shell between, which Windows needs for npm's own command, a signal
  // to npm reaches it.
  const npmCli = process.env.npm_execpath ?? '';
  const [program, words, shell] = npmCli.endsWith('npm-cli.js')
    ? [process.execPath, [npmCli, ...options], false]
    : ['npm', options, process.platform === 'win32'];
  const child = spawn(program, words, { cwd: root, shell, stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve) => {
    // A signal to this process alone must not leave npm at work behind it.
    const stop = (signal) => child.kill(signal);
    process.on('SIGINT', stop).on('SIGTERM', stop);
    child.on('close', (code, signal) => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      if (signal !== null) process.kill(process.pid, signal);
      resolve(code === 0);
    });
  });
}

async function run(task, taskArguments) {
  const minimum = readJson('package.json').engines.node.replace('>=', '');
  if (!isAtLeast(process.versions.node, minimum)) {
    console.error(
      `Node ${minimum} or newer is needed; this is ${process.versions.node} (${process.execPath}).`,
    );
    return 1;
  }
  const installed = readJson('node_modules/.package-lock.json');
  if (!fits(installed, readJson('package-lock.json')) && !(await installPackages())) return 1;
  // It would be left in the temporary folder, and saves next to nothing.
  process.env.TSX_DISABLE_CACHE = '1';
  const { register } = await import('tsx/esm/api');
  register();
  const { unlessStopped } = await import('./cleanup.ts');
  const { default: main } = await import(`./${task}.ts`);
  return await unlessStopped(main(taskArguments));
}

const [task, ...taskArguments] = process.argv.slice(2);
try {
  process.exit(await run(task, taskArguments));
} catch (error) {
  // A Problem (tools/problem.ts) says all there is to say; anything else is a fault in here, so show where.
  console.error(error?.name === 'Problem' ? error.message : error);
  process.exit(1);
}
