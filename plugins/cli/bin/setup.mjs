// Set-up: installs what package-lock.json names, when that has not been done since the file last changed, and links the
// `kubelab` command so that `npx kubelab` works in the clone. Plain JavaScript without dependencies.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const modules = path.join(root, 'node_modules');
const lock = path.join(root, 'package-lock.json');
/** npm writes it at the end of each install. */
const installed = path.join(modules, '.package-lock.json');
/** What we write after it: which package-lock.json was installed. Times alone mislead in a copy of the folder. */
const stamp = path.join(modules, '.kubelab-setup');
/** There while somebody installs; outside node_modules, which npm ci empties. */
const busy = path.join(root, 'dist', '.installing');

export function setUp() {
  checkNode();
  const wanted = createHash('sha256').update(readFileSync(lock)).digest('hex');
  if (!isInstalled(wanted)) oneAtATime(() => isInstalled(wanted) || install(wanted));
  link();
}

function isInstalled(wanted) {
  if (!existsSync(installed)) return false;
  if (existsSync(stamp)) return readFileSync(stamp, 'utf8') === wanted;
  // Installed by a person's own npm ci.
  return statSync(installed).mtimeMs >= statSync(lock).mtimeMs;
}

/** Two terminals may be the first at the same time: the second one waits until the first has installed. */
function oneAtATime(work) {
  mkdirSync(path.dirname(busy), { recursive: true });
  for (;;) {
    try {
      writeFileSync(busy, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (!isAlive(Number(contentOf(busy)))) rmSync(busy, { force: true });
      // Nothing else is to be done meanwhile: sleep without a turn of the event loop.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  try {
    work();
  } finally {
    rmSync(busy, { force: true });
  }
}

function contentOf(file) {
  try {
    return readFileSync(file, 'utf8') || String(process.pid); // being written just now
  } catch {
    return String(process.pid); // gone just now
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Kubelab needs Node.js 20.19 or newer; this is ${process.versions.node}. See https://nodejs.org`);
  process.exit(3);
}

function install(wanted) {
  console.error('Installing packages (once): npm ci');
  // npm is a .cmd file on Windows, which only a shell can run.
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) {
    rmSync(busy, { force: true });
    console.error(
      `npm ci failed${result.error ? `: ${result.error.message}` : ''}. See the lines above; then try again.`,
    );
    process.exit(3);
  }
  writeFileSync(stamp, wanted);
}

/** `npx kubelab` looks for the command in node_modules/.bin; npm links only the commands of dependencies. */
function link() {
  const commands = path.join(modules, '.bin');
  const target = path.join(root, 'plugins', 'cli', 'bin', 'kubelab.mjs');
  if (process.platform === 'win32') {
    const shim = path.join(commands, 'kubelab.cmd');
    if (!existsSync(shim)) writeFileSync(shim, `@node "%~dp0..\\..\\plugins\\cli\\bin\\kubelab.mjs" %*\r\n`);
    return;
  }
  const name = path.join(commands, 'kubelab');
  if (isThere(name)) return;
  symlinkSync(path.relative(commands, target), name);
  chmodSync(target, 0o755);
}

function isThere(name) {
  try {
    lstatSync(name);
    return true;
  } catch {
    return false;
  }
}

if (process.argv[1] && fileURLToPath(import.meta.url) === process.argv[1]) setUp();
