// Files in a pod: paths under a mount path (`/etc/config`) lead to where the volume really lies on the machine
// (`mounts`: [mount path, real folder, read only]). Everything else is the machine's.
// Always true: a path that is real already (`keep`) is never mapped again; nothing is written below a mount that
// is read only.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { fileURLToPath } = require('node:url');
const { replace } = require('./names.cjs');

const onePath = [
  'access',
  'appendFile',
  'chmod',
  'chown',
  'createReadStream',
  'createWriteStream',
  'exists',
  'lchmod',
  'lchown',
  'lstat',
  'lutimes',
  'mkdir',
  'mkdtemp',
  'open',
  'openAsBlob',
  'opendir',
  'readFile',
  'readdir',
  'readlink',
  'realpath',
  'rm',
  'rmdir',
  'stat',
  'statfs',
  'truncate',
  'unlink',
  'unwatchFile',
  'utimes',
  'watch',
  'watchFile',
  'writeFile',
];
const twoPaths = ['copyFile', 'cp', 'link', 'rename', 'symlink'];
const writers = new Set([
  'appendFile',
  'chmod',
  'chown',
  'createWriteStream',
  'lchmod',
  'lchown',
  'lutimes',
  'mkdir',
  'mkdtemp',
  'rm',
  'rmdir',
  'truncate',
  'unlink',
  'utimes',
  'writeFile',
  'link',
  'rename',
  'symlink',
]);

/** @returns what leads all other absolute paths into the container's folder, for a program that has none of the machine's files */
function patch({ mounts, keep, root }) {
  mounts.sort(([a], [b]) => b.length - a.length);
  const under = (folder, file) => file === folder || file.startsWith(folder.endsWith('/') ? folder : `${folder}/`);

  /** Where a path really leads, and whether nothing may be written there; undefined: it is what it says. */
  const map = (given) => {
    let file = given instanceof URL && given.protocol === 'file:' ? fileURLToPath(given) : given;
    if (Buffer.isBuffer(file)) file = file.toString();
    if (typeof file !== 'string' || !path.isAbsolute(file)) return undefined;
    if (keep.some((folder) => file === folder || file.startsWith(folder + path.sep))) return undefined;
    const plain = path.posix.normalize(file.replace(/^[A-Za-z]:(?=[\\/])/, '').replaceAll('\\', '/'));
    const mount = mounts.find(([folder]) => under(folder, plain));
    if (!mount) return undefined;
    const rest = plain.slice(mount[0].length).replace(/^\//, '');
    return { real: rest === '' ? mount[1] : path.join(mount[1], rest), readOnly: mount[2] };
  };

  const refused = (name, file) =>
    Object.assign(new Error(`EROFS: read-only file system, ${name} '${file}'`), {
      code: 'EROFS',
      errno: -30,
      syscall: name,
      path: String(file),
    });
  const writes = (name, args) => {
    if (writers.has(name)) return true;
    if (name !== 'open') return false;
    const flags = args[1] ?? 'r';
    return typeof flags === 'number' ? (flags & 3) !== 0 : typeof flags === 'string' && /[wa+]/.test(flags);
  };
  /** The arguments with real paths. Throws EROFS. */
  const mapped = (name, args, count) => {
    const result = [...args];
    for (let at = 0; at < count; at += 1) {
      const found = map(args[at]);
      if (!found) continue;
      const target = count === 2 && at === 1;
      if (found.readOnly && (target || writes(name, args))) throw refused(name, args[at]);
      result[at] = found.real;
    }
    return result;
  };

  const wrap = (name, count) => {
    for (const variant of [name, `${name}Sync`]) {
      if (typeof fs[variant] !== 'function') continue;
      const immediate = variant !== name || /^(create|watch|unwatch|openAs)/.test(name);
      replace(
        fs,
        variant,
        (original) =>
          function (...args) {
            let real;
            try {
              real = mapped(name, args, count);
            } catch (error) {
              const callback = args.at(-1);
              if (immediate || typeof callback !== 'function') throw error;
              return process.nextTick(callback, error);
            }
            return original.apply(this, real);
          },
      );
    }
    if (typeof fs.promises[name] !== 'function') return;
    replace(fs.promises, name, (original) =>
      name === 'watch'
        ? (...args) => original(...mapped(name, args, count))
        : async (...args) => original(...mapped(name, args, count)),
    );
  };
  for (const name of onePath) wrap(name, 1);
  for (const name of twoPaths) wrap(name, 2);
  replace(process, 'chdir', (chdir) => (folder) => chdir(map(folder)?.real ?? folder));
  return () => void mounts.push(['/', root, false]);
}

module.exports = { patch };
