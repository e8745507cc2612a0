// Links: a student's folder finds Kubelab as a package (types in the editor, `import ... from 'kubelab'`) and as a command
// (`npx kubelab`), without a download: node_modules/kubelab is a link to the clone.
//   link(folder, clone)   makes them, and makes them anew when they lead elsewhere (the clone or the folder has moved)
// Always true: only links are ever replaced; what npm or a person has installed there stays.

import { existsSync, lstatSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const command = ['plugins', 'cli', 'bin', 'kubelab.mjs'];
const onWindows = process.platform === 'win32';

/** @throws Error of the file system */
export function link(folder: string, clone: string): void {
  const modules = path.join(folder, 'node_modules');
  mkdirSync(path.join(modules, '.bin'), { recursive: true });
  leadTo(path.join(modules, 'kubelab'), clone);
  // Types of rxjs, which a student's file may import beside kubelab; the very copy that Kubelab runs by.
  const rxjs = path.join(clone, 'node_modules', 'rxjs');
  if (existsSync(rxjs)) leadTo(path.join(modules, 'rxjs'), rxjs);
  linkCommand(path.join(modules, '.bin'));
}

function leadTo(name: string, target: string): void {
  if (isThere(name)) {
    if (realPath(name) === realPath(target) || !isLink(name)) return;
    rmSync(name);
  }
  // Absolute: it still leads there when the folder moves. A junction needs no rights on Windows.
  symlinkSync(target, name, onWindows ? 'junction' : 'dir');
}

function linkCommand(commands: string): void {
  if (onWindows) {
    const shim = path.join(commands, 'kubelab.cmd');
    if (!existsSync(shim)) writeFileSync(shim, `@node "%~dp0..\\kubelab\\${command.join('\\')}" %*\r\n`);
    return;
  }
  const name = path.join(commands, 'kubelab');
  if (isThere(name)) {
    if (existsSync(name) || !isLink(name)) return;
    rmSync(name);
  }
  symlinkSync(path.join('..', 'kubelab', ...command), name);
}

function isThere(name: string): boolean {
  return lstatSync(name, { throwIfNoEntry: false }) !== undefined;
}

function isLink(name: string): boolean {
  return lstatSync(name).isSymbolicLink();
}

function realPath(name: string): string | undefined {
  try {
    return realpathSync.native(name);
  } catch {
    return undefined;
  }
}
