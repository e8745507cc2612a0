// Applets: small commands that scripts of containers find first in their PATH.
//   wget, curl, nc, ...   our own programs
//   node, npm, npx        the machine's, on the pod's network
//   rm, mv, mkdir, ...    the machine's, for files of the container only: its scripts run beside files that are not its own
// A shell shows its environment to whoever asks, so it has nothing of Kubelab's in it: an applet puts it into what it
// starts. It finds it by its own name: <pod>/main.0.bin/wget belongs to <pod>/main.0.env.

import { join } from 'node:path';
import { commands } from './catalogue.ts';

/** Commands that change files, and which of their arguments are looked at. */
const changing: Readonly<Record<string, 'all' | 'last'>> = {
  rm: 'all',
  rmdir: 'all',
  mv: 'all',
  cp: 'last',
  mkdir: 'all',
  touch: 'all',
  tee: 'all',
  truncate: 'all',
  chmod: 'all',
  chown: 'all',
};

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Texts of all applets, by file name. @param find full path of a program of the machine */
export function appletsOf(
  images: string,
  windows: boolean,
  find: (name: string) => string | undefined,
): ReadonlyMap<string, string> {
  const applets = new Map<string, string>();
  for (const [name, { file, args = [] }] of Object.entries(commands)) {
    const program = join(images, file);
    if (windows) applets.set(`${name}.cmd`, `@"${process.execPath}" "${program}" ${args.join(' ')} %*\r\n`);
    else applets.set(name, onTheNetwork([process.execPath, program, ...args]));
  }
  if (windows) return applets;
  for (const name of ['node', 'nodejs']) applets.set(name, onTheNetwork([process.execPath]));
  for (const name of ['npm', 'npx']) {
    const program = find(name);
    if (program !== undefined) applets.set(name, onTheNetwork([program]));
  }
  for (const [name, which] of Object.entries(changing)) {
    const program = find(name);
    if (program !== undefined) applets.set(name, guarded(name, program, which));
  }
  return applets;
}

/** What a container's applets read first: what they export, and the question whether a path is the container's. */
export const settingsFile = (environment: Readonly<Record<string, string>>, own: readonly string[]): string =>
  [
    `settings() { export ${Object.entries(environment)
      .map(([name, value]) => `${name}=${quote(value)}`)
      .join(' ')}; }`,
    `owns() { case $1/ in ${['/dev', ...own].map((path) => `${quote(path)}/*`).join('|')}) ;; *) return 1 ;; esac; }`,
    '',
  ].join('\n');

const begin = `#!/bin/sh\nhere=\${0%/*}\n. "\${here%.bin}.env"\n`;

const onTheNetwork = (words: readonly string[]): string =>
  `${begin}settings\nexec ${words.map(quote).join(' ')} "$@"\n`;

/** Arguments are looked at as the script has worked them out: variables and patterns are paths by now. */
const guarded = (name: string, program: string, which: 'all' | 'last'): string => `${begin}for given do
  ${which === 'last' ? 'continue\ndone\nfor given in "$given"; do' : ''}
  case $given in
    -*) continue ;;
    /*) path=$given ;;
    *) path=$PWD/$given ;;
  esac
  case $path/ in */../*) path=$(cd -P "$(dirname -- "$path")" 2>/dev/null && pwd) ;; esac
  if ! owns "$path"; then
    echo "${name}: $given: belongs to this machine, not to the container" >&2
    exit 1
  fi
done
exec ${quote(program)} "$@"
`;
