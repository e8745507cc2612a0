// Tar names: `kubectl cp POD:/tmp/a b` runs `tar cf - /tmp/a` in the container, and takes from the archive what is called
// tmp/a. The machine's tar is given the file's real path, so it is told, too, what to call it.

/**
 * The arguments of tar, with the names of what it packs put back to what they are in the container.
 * @param given as the container says them; @param real the same with real paths
 */
export function tarArguments(given: readonly string[], real: readonly string[], platform: string): readonly string[] {
  const first = real.findIndex((path, index) => path !== given[index]);
  const options = given[0] ?? '';
  // Unpacking goes by the names in the archive: nothing to put back.
  if (first < 0 || !/^-?[a-z]*c/.test(options)) return real;
  const renames = real.flatMap((path, index) => {
    const name = given[index] ?? '';
    return path === name || !name.startsWith('/') ? [] : [renamed(path, name, platform)];
  });
  return [...real.slice(0, first), ...renames.flat(), ...real.slice(first)];
}

/** Both tars take the slash at the beginning away by themselves, GNU's before it renames. Links keep what they point to. */
function renamed(path: string, name: string, platform: string): readonly string[] {
  const to = name.slice(1).replace(/[&\\,]/g, '\\$&');
  const from = path.slice(1).replace(/[.*[\]^$\\,]/g, '\\$&');
  return platform === 'linux' ? [`--transform=s,^/*${from},${to},rhS`] : ['-s', `,^/*${from},${to},S`];
}
