// The way in behind every npm script: `node tools/run.mjs <task> [arguments]`. Plain JavaScript, because it has to
// run on a fresh clone, before anything is installed.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
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

/** A task is a file here with a default export. */
function tasks() {
  return readdirSync(join(root, 'tools'))
    .filter((name) => name.endsWith('.ts'))
    .filter((name) => /^export default /m.test(readFileSync(join(root, 'tools', name), 'utf8')))
    .map((name) => name.slice(0, -'.ts'.length));
}

/** Runs `npm ci` and keeps what it prints to itself, unless it fails. */
function installPackages() {
  console.log('Installing the npm packages …');
  const npmArguments = ['ci', '--no-audit', '--no-fund'];
  // npm tells its scripts where it is; running that avoids a shell, which npm.cmd would need on Windows.
  const npmCli = process.env.npm_execpath ?? '';
  const [command, commandArguments, shell] = npmCli.endsWith('npm-cli.js')
    ? [process.execPath, [npmCli, ...npmArguments], false]
    : ['npm', npmArguments, process.platform === 'win32'];
  const child = spawn(command, commandArguments, { cwd: root, shell, stdio: ['ignore', 'pipe', 'pipe'] });

  // A signal to this process alone must not leave npm at work behind it.
  let stoppedBy;
  const pass = (signal) => {
    stoppedBy = signal;
    child.kill(signal);
  };
  process.on('SIGINT', pass).on('SIGTERM', pass);

  return new Promise((resolve) => {
    let output = '';
    const keep = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) =>
      resolve({ ok: false, output: `npm could not be started: ${error.message}` }),
    );
    child.on('close', (code) => {
      process.off('SIGINT', pass).off('SIGTERM', pass);
      if (stoppedBy !== undefined) process.kill(process.pid, stoppedBy);
      resolve({ ok: code === 0, output });
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
  if (!tasks().includes(task)) {
    const problem = task === undefined ? 'No task was named.' : `There is no task "${task}".`;
    console.error(`${problem} The tasks are: ${tasks().join(', ')}.`);
    return 1;
  }
  if (!fits(readJson('node_modules/.package-lock.json'), readJson('package-lock.json'))) {
    const { ok, output } = await installPackages();
    if (!ok) {
      console.error(`${output.trim()}\n\n"npm ci" failed; its output is above.`);
      return 1;
    }
  }
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
