// Own files: a person's plugin files in a simulation, of which nothing is believed. What they throw, nonsense that they answer
// and what they change in the view are told with the line, once each; and the time that a call takes is limited.
// All of a simulation runs in one process, and what never returns holds everything up. So the command runs itself once more, in
// a process with a watchdog, which is ended in its place:
//   if (files.length > 0 && !isGuarded()) return runGuarded(10);        the command
//   const own = new OwnFiles(files, 10);                                the same command in the guarded process

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import inspector from 'node:inspector';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { ConfiguredPlugin } from '../../../core/cluster/plugin.ts';
import type { ClusterView, Placement } from '../../../core/contracts/scheduler.ts';
import type { Pod } from '../../../core/model/pod.ts';
import { PluginFileError } from '../exit.ts';
import { Activity } from '../host/activity.ts';
import { hearWatchdog, setWatchdog, stuckText } from '../host/guard.ts';
import { explain, lineIn } from '../host/source-line.ts';
import { untouched } from '../host/untouched.ts';
import { watched } from '../host/watched.ts';

/** Set where the process is the guarded one. */
const mark = 'KUBELAB_GUARDED_SIMULATION';

/** Whoever debugs a plugin stops it for as long as he likes: no watchdog then. */
export const isGuarded = (): boolean => process.env[mark] !== undefined || inspector.url() !== undefined;

/**
 * Runs this very command in a process with a watchdog, and ends as that ends.
 * @param files that may hold it up @param limit seconds that a call may take
 * @throws PluginFileError when it was ended because a call did not return
 */
export async function runGuarded(files: readonly string[], limit: number): Promise<void> {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    // The watchdog tells on 4. It ends the process when nobody listens any more: so it does not outlive this one.
    stdio: ['inherit', 'inherit', 'inherit', 'ignore', 'pipe'],
    env: { ...process.env, [mark]: '1' },
  });
  const told = child.stdio[4] as Readable;
  const heard = hearWatchdog(told);
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, pass);
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  for (const each of signals) process.off(each, pass);
  // Its last words may still be on their way; compilers that it has started may hold the pipe open.
  if (!told.readableEnded) await once(told, 'end', { signal: AbortSignal.timeout(300) }).catch(() => {});
  told.destroy();
  if (heard.found) throw new PluginFileError(stuckText(heard.found, path.basename(files[0]!), limit * 1000));
  if (signal !== null) process.kill(process.pid, signal);
  process.exitCode = code ?? 1;
}

/** A look at the whole view takes as long as the view is large: now and then, so that it costs as if there were so few nodes. */
const nodesLookedAt = 5;

export class OwnFiles {
  readonly #activity = new Activity();
  readonly #said = new Set<string>();
  readonly #early: string[] = [];
  #tell: (text: string) => void = (text) => this.#early.push(text);

  /** @param files absolute paths @param limit seconds that a call may take */
  constructor(files: readonly string[] = [], limit = 10) {
    const [file] = files;
    if (file === undefined || process.env[mark] === undefined) return;
    setWatchdog(this.#activity, { memory: this.#activity.memory, file, patience: limit * 1000 });
    const end = process.exit.bind(process);
    // A simulation that a plugin ends would have ended without a word.
    process.exit = ((code?: number) => {
      throw new Error(`it called process.exit(${code ?? ''}); a plugin ends when its cluster stops it`);
    }) as typeof process.exit;
    for (const event of ['uncaughtException', 'unhandledRejection'] as const)
      process.on(event, (error: unknown) => {
        if (lineIn((error as Error)?.stack ?? '', file) !== undefined) return this.#say(explain(error, file));
        console.error(error); // ours
        end(3);
      });
  }

  /** Says what is being done, until what comes back is called: what is told if it never ends. */
  begin(what: string): () => void {
    return this.#activity.begin(what);
  }

  /** The plugin, with an eye on it. */
  watch(plugin: ConfiguredPlugin, file: string): ConfiguredPlugin {
    const begin = (what: string) => this.begin(`${what} of ${path.basename(file)}`);
    let attempts = 0;
    const look = (pod: Pod, view: ClusterView, place: () => Placement): Placement => {
      const every = Math.ceil(view.nodes.length / nodesLookedAt);
      attempts += 1;
      return attempts % every === 1 % every ? untouched(pod, view, place) : place();
    };
    return watched(plugin, { begin }, (message) => this.#say(message), file, look);
  }

  /** From now on what they do wrong is told here; first what they have done before. */
  tellTo(tell: (text: string) => void): void {
    this.#tell = tell;
    for (const text of this.#early.splice(0)) tell(text);
  }

  /** A pod that is tried again and again fails alike each time. */
  #say(text: string): void {
    if (this.#said.has(text)) return;
    this.#said.add(text);
    this.#tell(text);
  }
}
