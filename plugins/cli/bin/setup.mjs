// Set-up: installs what package-lock.json names, when that has not been done since the file last changed, and links the
// `kubelab` command so that `npx kubelab` works in the clone. Plain JavaScript without dependencies.

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const modules = path.join(root, 'node_modules');
const lock = path.join(root, 'package-lock.json');
/** npm writes it at the end of each install. */
const installed = path.join(modules, '.package-lock.json');

export function setUp() {
  checkNode();
  if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) install();
  link();
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Kubelab needs Node.js 20.19 or newer; this is ${process.versions.node}. See https://nodejs.org`);
  process.exit(3);
}

function install() {
  console.error('Installing packages (once): npm ci');
  // npm is a .cmd file on Windows, which only a shell can run.
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) {
    console.error(
      `npm ci failed${result.error ? `: ${result.error.message}` : ''}. See the lines above; then try again.`,
    );
    process.exit(3);
  }
  // The lock file that git has just written may bear a later time than what npm has written into node_modules.
  writeFileSync(path.join(modules, '.kubelab-setup'), '');
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
