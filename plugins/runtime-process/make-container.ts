// Making a container: its folder, its volumes, the ports that it is asked to use, and from those the program that will
// run. Everything that can fail for the user's mistake fails here or in `program`, with a message that says which.

import { existsSync } from 'node:fs';
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { Clock } from '../../core/contracts/clock.ts';
import type { ContainerConfig, PulledImage } from '../../core/contracts/container-runtime.ts';
import type { Image } from './catalogue.ts';
import { Container } from './container.ts';
import { usualFolders } from './container-paths.ts';
import { freePort } from './free-port.ts';
import { lastWords } from './last-words.ts';
import { commandLine, launch, type Place, preloadEnvironment } from './launch.ts';
import type { Sandbox } from './sandbox.ts';
import { inTerminal, noTerminal } from './terminal.ts';
import type { Mapping } from './volumes.ts';
import { findProgram, type Workplace } from './workplace.ts';

export interface ContainerPlan {
  readonly id: string;
  readonly sandbox: Sandbox;
  readonly config: ContainerConfig;
  readonly image: Image;
  readonly nodeName: string;
  readonly clock: Clock;
  readonly workplace: Workplace;
  /** Tells of a change, with what the user is to be told. */
  tell(notice?: PulledImage['notice']): void;
}

const windows = process.platform === 'win32';

export async function makeContainer(plan: ContainerPlan): Promise<Container> {
  const { id, sandbox, config, image, clock, workplace } = plan;
  const { attachment } = sandbox;
  const root = join(sandbox.folder, `${config.name}.${config.attempt}`);
  const mappings = await mappingsOf(plan, root);
  const ports = await givenPorts(plan);
  const place: Place = {
    windows,
    node: process.execPath,
    images: workplace.images,
    preload: workplace.preload,
    applets: windows ? workplace.applets : `${root}.bin`,
    root,
    mappings,
    keep: keepFolders(workplace.realFolders, mappings),
    ports,
    hostname: sandbox.config.hostname,
    settings: { node: plan.nodeName, ...attachment.settings(id) },
    machine: process.env,
    find: (name) => findProgram(name, process.env.PATH ?? ''),
  };
  if (!windows) {
    const writable = mappings.filter((mapping) => !mapping.readOnly).map((mapping) => mapping.real);
    await workplace.giveApplets(root, preloadEnvironment(image, config, place), [sandbox.folder, ...writable]);
  }
  const forget: (() => void)[] = [];
  let told = config.attempt > 0;
  const container: Container = new Container({
    id,
    sandboxId: sandbox.id,
    config,
    imageId: image.id,
    logPath: `${root}.log`,
    clock,
    guard: workplace.guard,
    ...(windows && { ask: () => attachment.signal(id, 'SIGTERM') }),
    program: (exec) => {
      const launched = launch(exec?.command ?? commandLine(image, config), image, config, place);
      const { stdin = false, tty } = exec ?? config;
      const terminal = tty ? inTerminal(launched, place.find) : undefined;
      if (tty && !terminal) plan.tell(noTerminal);
      const program = terminal ?? { ...launched, stdin };
      if (exec === undefined) {
        for (const { containerPort, protocol } of config.ports) {
          const real = ports.get(containerPort);
          if (real !== undefined && real !== containerPort)
            forget.push(attachment.expect(containerPort, protocol, real));
        }
      }
      return program;
    },
    ...(config.lastWords && {
      lastWords: (exitCode, log) => lastWords(lastWordsFile(root), config.lastWords?.orLog === true, exitCode, log),
    }),
    changed() {
      plan.tell();
      if (!told) for (const notice of noticesOf(config, ports)) plan.tell(notice);
      told = true;
      if (container.status().state === 'exited') for (const undo of forget.splice(0)) undo();
    },
  });
  return container;
}

/** Programs without our preload get a free port of the machine for each port that they say they listen on. */
async function givenPorts({ image, config, sandbox }: ContainerPlan): Promise<ReadonlyMap<number, number>> {
  const ports = new Map<number, number>();
  if (image.runs !== 'machine') return ports;
  for (const { containerPort, protocol } of config.ports) {
    ports.set(containerPort, sandbox.config.hostNetwork ? containerPort : await freePort(protocol));
  }
  return ports;
}

function noticesOf(config: ContainerConfig, ports: ReadonlyMap<number, number>): NonNullable<PulledImage['notice']>[] {
  const notices: NonNullable<PulledImage['notice']>[] = [];
  if (ports.size > 0) {
    const mapped = [...ports].map(([port, real]) => `PORT_${port}=${real} for port ${port}`).join(', ');
    notices.push({
      type: 'Normal',
      reason: 'PortMapped',
      message:
        `Container ${config.name} runs a program of this machine: it must listen on 127.0.0.1 at $PORT ` +
        `(${mapped}), which is then reached at the pod's own address`,
    });
  }
  const { cpu, memory } = config.limits;
  if (cpu !== undefined || memory !== undefined) {
    const which = [cpu !== undefined && 'CPU', memory !== undefined && 'memory'].filter(Boolean).join(' and ');
    notices.push({
      type: 'Normal',
      reason: 'LimitsNotEnforced',
      message: `Container ${config.name} has a limit of ${which}, which the process runtime does not enforce`,
    });
  }
  return notices;
}

/** Everything that is elsewhere than its path says: volumes, the pod's files under /etc, folders that the image expects. */
async function mappingsOf({ sandbox, config, image }: ContainerPlan, root: string): Promise<readonly Mapping[]> {
  const volumes = await sandbox.volumes.prepare(config.name, config.mounts);
  const taken = new Set(volumes.map((mapping) => mapping.path));
  const own = image.entrypoint[0]?.startsWith('host:') ? [] : ['/tmp', ...image.folders];
  await mkdir(join(root, 'tmp'), { recursive: true });
  if (image.runs === 'machine') {
    await Promise.all(usualFolders.map((folder) => mkdir(join(root, folder), { recursive: true })));
  }
  const folders: Mapping[] = [];
  for (const path of own) {
    if (taken.has(path)) continue;
    await mkdir(join(root, path), { recursive: true });
    folders.push({ path, real: join(root, path), readOnly: false });
  }
  const said = config.lastWords?.path;
  if (said !== undefined && !taken.has(said)) {
    await writeFile(lastWordsFile(root), '');
    folders.push({ path: said, real: lastWordsFile(root), readOnly: false });
  }
  await linkInto(root, volumes);
  const files = sandbox.ownFiles.filter((file) => !taken.has(file.path));
  return [...volumes, ...files, ...folders];
}

const lastWordsFile = (root: string): string => join(root, 'termination-log');

/** The volumes as they look from the container's folder, for programs that go by HOME or relative paths. */
async function linkInto(root: string, volumes: readonly Mapping[]): Promise<void> {
  for (const { path, real } of [...volumes].sort((a, b) => a.path.length - b.path.length)) {
    const link = join(root, path);
    const nested = volumes.some((other) => path !== other.path && path.startsWith(`${other.path}/`));
    if (nested || !link.startsWith(root + sep) || existsSync(link)) continue;
    await mkdir(dirname(link), { recursive: true });
    await symlink(real, link, windows ? 'junction' : undefined).catch(() => copyFile(real, link));
  }
}

/** What the preload must not map again: real folders, unless they hold a mount path themselves (`hostPath: /`). */
function keepFolders(folders: readonly string[], mappings: readonly Mapping[]): readonly string[] {
  const targets = mappings.map((mapping) => mapping.real);
  return [...folders, ...targets].filter(
    (folder) =>
      !mappings.some(({ path }) => path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)),
  );
}
