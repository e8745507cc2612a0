// Launch: what a container's command becomes on this machine: which program, with which arguments, folder and
// environment. Pure but for `find`, which looks for programs of the machine.
// Commands of images are our own programs (catalogue.ts); `node` is the Node.js that runs the cluster; `sh` and all else
// is the machine's, with paths in its arguments put to where they really lead (container-paths.ts).

import { basename, join, posix } from 'node:path';
import type { ContainerConfig } from '../../core/contracts/container-runtime.ts';
import { commands, type Image, isSimulated } from './catalogue.ts';
import { type ContainerPaths, isReal, realPath, realPaths } from './container-paths.ts';
import type { Program } from './process-group.ts';
import { tarArguments } from './tar-names.ts';
import type { Mapping } from './volumes.ts';

/** What this machine has, and where the container's things are. */
export interface Place {
  readonly windows: boolean;
  /** Node.js, the images' programs, the preload, the applets. */
  readonly node: string;
  readonly images: string;
  readonly preload: string;
  /** Folder of commands for scripts, which put the container's settings into what they start. */
  readonly applets: string;
  /** The container's own folder: its `/` as far as there is one. */
  readonly root: string;
  readonly mappings: readonly Mapping[];
  /** Folders whose paths are real already. */
  readonly keep: readonly string[];
  /** Real ports given out, by container port. */
  readonly ports: ReadonlyMap<number, number>;
  readonly hostname: string;
  /** Of the network and the pod, for the preload. */
  readonly settings: Readonly<Record<string, string>>;
  /** The machine's own environment: PATH and what Windows cannot do without. */
  readonly machine: Readonly<Record<string, string | undefined>>;
  /** Full path of a program of the machine. */
  find(name: string): string | undefined;
}

const shells = new Set(['sh', 'bash', 'ash', 'dash']);
const binFolders = new Set(['/', '/bin', '/sbin', '/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin']);

/** The command line that Kubernetes' rules give: `command` replaces the entrypoint, `args` the image's arguments. */
export function commandLine(image: Image, config: Pick<ContainerConfig, 'command' | 'args'>): readonly string[] {
  if (isSimulated(image)) return image.entrypoint;
  if (config.command.length > 0) return [...config.command, ...config.args];
  return [...image.entrypoint, ...(config.args.length > 0 ? config.args : image.command)];
}

/** @throws Error in the words of runc when the program is not there. */
export function launch(command: readonly string[], image: Image, config: ContainerConfig, place: Place): Program {
  const [first = '', ...rest] =
    command[0] && basename(command[0]) === 'docker-entrypoint.sh' ? command.slice(1) : command;
  if (first === '') throw new Error('no command specified: the image has none, so the container has to have one');
  const environment = environmentOf(image, config, place);
  const folder = workingFolder(config, place);
  const given = rest.map((arg) => givenPorts(arg, place.ports));
  const { mappings, keep } = place;
  const paths = isHost(image) ? { mappings, keep } : place;
  const program = programOf(first, given, place, paths);
  // Programs of ours hide what they need of Kubelab; others would show it, and have it put in by the applets.
  const prepared = program.file === place.node || isHost(image) || place.windows;
  return {
    ...program,
    folder,
    environment: prepared
      ? { ...environment, ...preloadEnvironment(image, config, place) }
      : { ...environment, ...realVariables(config, place) },
  };
}

/** `host/NAME`: a program that is meant to see the machine. */
const isHost = (image: Image): boolean => image.entrypoint[0]?.startsWith('host:') === true;

function programOf(
  first: string,
  args: readonly string[],
  place: Place,
  paths: ContainerPaths,
): Pick<Program, 'file' | 'args' | 'calledAs'> {
  const real = (called: string) => args.map((arg) => realPaths(arg, paths, called));
  const mounted = realPath(first, place.mappings);
  if (mounted !== undefined) return { file: mounted, args: real('') };
  const host = first.startsWith('host:');
  const name = host ? first.slice(5) : binFolders.has(posix.dirname(first)) ? posix.basename(first) : first;
  const own = host || !Object.hasOwn(commands, name) ? undefined : commands[name];
  if (own) return { file: place.node, args: [join(place.images, own.file), ...(own.args ?? []), ...args] };
  if (name === 'node' || name === 'nodejs') {
    const real = (arg: string) => (isReal(arg, place.keep) ? arg : (realPath(arg, place.mappings) ?? arg));
    return { file: place.node, args: args.map(real) };
  }
  if (/[\\/]/.test(name) && !host) return { file: realPaths(name, paths), args: real(''), calledAs: name };
  const file = place.find(name) ?? (shells.has(name) ? place.find('sh') : undefined);
  if (file !== undefined) {
    const words = real(name);
    return { file, args: name === 'tar' ? tarArguments(args, words, process.platform) : words, calledAs: name };
  }
  if (place.windows && !host) {
    return { file: place.node, args: [join(place.images, 'shell.mjs'), name, ...args] };
  }
  throw new Error(`exec: "${host ? name : first}": executable file not found in $PATH`);
}

/** `$(PORT)` in arguments, which the kubelet cannot know. */
const givenPorts = (arg: string, ports: ReadonlyMap<number, number>): string =>
  arg.replace(/\$\(PORT(?:_(\d+))?\)/g, (whole, port) =>
    String((port === undefined ? [...ports.values()][0] : ports.get(Number(port))) ?? whole),
  );

function workingFolder(config: ContainerConfig, place: Place): string {
  const wanted = config.workingDir ?? '/';
  return realPath(wanted, place.mappings) ?? join(place.root, wanted);
}

/** Where programs are looked for inside a container. */
const plainPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What the container's programs have in their environment; of the machine's own only what a system cannot do without. */
function environmentOf(image: Image, config: ContainerConfig, place: Place): Record<string, string> {
  const { machine, windows, root } = place;
  const path = machine.PATH ?? machine.Path ?? '';
  // Where programs are kept elsewhere (NixOS), the machine's own PATH is the plain one.
  const plain =
    windows || !plainPath.split(':').some((folder) => place.find('ls') === `${folder}/ls`) ? path : plainPath;
  const base: Record<string, string> = {
    PATH: isHost(image) ? path : `${place.applets}${windows ? ';' : ':'}${plain}`,
    HOSTNAME: place.hostname,
    HOME: root,
    TMPDIR: join(root, 'tmp'),
  };
  if (windows) {
    for (const name of ['SystemRoot', 'ComSpec', 'PATHEXT', 'WINDIR']) base[name] = machine[name] ?? '';
    Object.assign(base, { TEMP: base.TMPDIR, TMP: base.TMPDIR, USERPROFILE: root });
  }
  for (const [port, real] of place.ports) {
    base.PORT ??= String(real);
    base[`PORT_${port}`] = String(real);
  }
  return { ...base, ...Object.fromEntries(config.env.map(({ name, value }) => [name, value])) };
}

/** What a program needs beside it for the preload, which hides it again: `NODE_OPTIONS`, and all that it has to know. */
export function preloadEnvironment(image: Image, config: ContainerConfig, place: Place): Record<string, string> {
  const nodeOptions = config.env.findLast(({ name }) => name === 'NODE_OPTIONS')?.value;
  const preload = join(place.preload, 'preload.cjs').replaceAll('\\', '/');
  const settings = {
    ...place.settings,
    ...image.shown,
    nodeOptions,
    mounts: place.mappings.map(({ path, real, readOnly }) => [path, real, readOnly]),
    keep: place.keep,
    root: place.root,
    givenPorts: [...place.ports.values()],
  };
  return {
    NODE_OPTIONS: [`--require "${preload}"`, ...(nodeOptions ? [nodeOptions] : [])].join(' '),
    KUBELAB_CONTAINER: JSON.stringify(settings),
  };
}

/** For programs without preload, variables of the pod's that name a mount path say where it really is. */
const realVariables = ({ env }: ContainerConfig, { mappings }: Place): Record<string, string> =>
  Object.fromEntries(env.map(({ name, value }) => [name, realPath(value, mappings) ?? value]));
