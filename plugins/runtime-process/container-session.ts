// Container session: what `kubectl exec` and `kubectl attach` hold in their hands.
//   commandSession(group, ...)    a command that was started for somebody: it ends when they go
//   Listeners                     those who listen to the container's own program: it goes on when they go
// Always true: a session reads no faster than it is read; closed, it leaves no process of a command behind.

import type { Readable } from 'node:stream';
import type { Clock } from '../../core/contracts/clock.ts';
import type { ContainerSession } from '../../core/contracts/kubelet-connection.ts';
import type { ProcessGroup } from './process-group.ts';
import { TerminalSizes } from './terminal.ts';
import { readableFrom, writableTo } from './web-streams.ts';

/** How long output may stand still after the end of the program: longer only if something escaped and holds it open. */
const outputGrace = 500;

/** Bytes that an interactive program has printed before anybody listened, and that the first one is told. */
const mostKept = 64 * 1024;

/** Bytes that may wait for one who listens; then the program waits. */
const mostUnread = 1024 * 1024;

/** @param terminal all output is stdout */
export function commandSession(group: ProcessGroup, clock: Clock, terminal: boolean): ContainerSession {
  const { child } = group;
  const sizes = new TerminalSizes(group.terminal);
  const stdout = child.stdout as Readable;
  const stderr = child.stderr as Readable;
  void group.ended.then(() => {
    for (const output of [stdout, stderr]) endWhenStill(output, clock);
  });
  if (terminal) stderr.resume();
  return {
    ...(child.stdin && { stdin: writableTo(child.stdin) }),
    stdout: readableFrom(stdout),
    ...(!terminal && { stderr: readableFrom(stderr) }),
    resize: (size) => void sizes.set(size),
    ended: group.ended,
    close: () => {
      group.kill('SIGKILL');
      for (const stream of [child.stdin, stdout, stderr]) stream?.destroy();
    },
  };
}

/** A command that could not be started. */
export function failedSession(error: Error): ContainerSession {
  const ended = Promise.reject(error);
  ended.catch(() => undefined);
  const nothing = () => new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });
  return { stdout: nothing(), stderr: nothing(), resize: () => undefined, ended, close: () => undefined };
}

/** Lets go of an output whose program has ended, when nothing comes any more and not because its reader is slow. */
function endWhenStill(output: Readable, clock: Clock): void {
  let still = true;
  const heard = () => {
    still = false;
  };
  output.on('data', heard);
  const look = () => {
    if (output.destroyed || output.readableEnded) return;
    if (still && !output.isPaused()) return void output.destroy();
    still = true;
    clock.schedule(outputGrace, look);
  };
  clock.schedule(outputGrace, look);
}

interface Listener {
  take(stream: 'stdout' | 'stderr', bytes: Buffer): void;
  full(): boolean;
  end(): void;
}

/** Everybody who is attached to a container's program. */
export class Listeners {
  readonly #group: ProcessGroup;
  readonly #listeners = new Set<Listener>();
  readonly #sizes: TerminalSizes;
  #kept: { readonly stream: 'stdout' | 'stderr'; readonly bytes: Buffer }[] | undefined;
  #keptBytes = 0;
  #over = false;

  /**
   * @param keep whether the first who listens is told what came before: so `kubectl run -it` shows the prompt, and all of a
   * program that has little to say. In real Kubernetes: it is lost ("If you don't see a command prompt, try pressing enter.")
   */
  constructor(group: ProcessGroup, keep: boolean) {
    this.#group = group;
    if (keep) this.#kept = [];
    this.#sizes = new TerminalSizes(group.terminal);
  }

  hear(stream: 'stdout' | 'stderr', bytes: Buffer): void {
    if (this.#kept) {
      this.#kept.push({ stream, bytes });
      this.#keptBytes += bytes.length;
      if (this.#keptBytes > mostKept) this.#kept = undefined;
    }
    for (const listener of this.#listeners) listener.take(stream, bytes);
    this.#pace();
  }

  /** The program has said all; whoever comes now, while its end is being written down, hears the end. */
  end(): void {
    this.#over = true;
    for (const listener of [...this.#listeners]) listener.end();
  }

  /** @param stdin whose first writer closes the program's input when done: `once`; or leaves it open for the next one */
  session(terminal: boolean, stdin: 'once' | 'open' | 'none', ended: ContainerSession['ended']): ContainerSession {
    const outputs = { stdout: this.#output(), stderr: this.#output() };
    const listener: Listener = {
      take: (stream, bytes) => outputs[terminal ? 'stdout' : stream].take(bytes),
      full: () => outputs.stdout.full() || outputs.stderr.full(),
      end: () => {
        this.#listeners.delete(listener);
        for (const output of Object.values(outputs)) output.end();
        this.#pace();
      },
    };
    this.#listeners.add(listener);
    for (const { stream, bytes } of this.#kept ?? []) listener.take(stream, bytes);
    this.#kept = undefined;
    if (this.#over) listener.end();
    const input = this.#group.child.stdin;
    return {
      ...(stdin !== 'none' && input && { stdin: this.#input(stdin) }),
      stdout: outputs.stdout.readable,
      ...(!terminal && { stderr: outputs.stderr.readable }),
      resize: (size) => void this.#sizes.set(size),
      ended,
      close: () => listener.end(),
    };
  }

  /** The program waits while somebody who listens has too much to read. */
  #pace(): void {
    const full = [...this.#listeners].some((listener) => listener.full());
    for (const output of [this.#group.child.stdout, this.#group.child.stderr])
      if (full) output?.pause();
      else output?.resume();
  }

  #output() {
    let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
    const readable = new ReadableStream<Uint8Array>(
      {
        start: (given) => {
          controller = given;
        },
        pull: () => this.#pace(),
        cancel: () => {
          controller = undefined;
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: mostUnread }),
    );
    return {
      readable,
      take: (bytes: Buffer) => controller?.enqueue(bytes),
      full: () => (controller?.desiredSize ?? 1) <= 0,
      end: () => {
        controller?.close();
        controller = undefined;
      },
    };
  }

  #input(stdin: 'once' | 'open'): WritableStream<Uint8Array> {
    const input = this.#group.child.stdin;
    return new WritableStream<Uint8Array>({
      write: (bytes) =>
        new Promise((resolve, reject) => {
          if (!input?.writable) return reject(new Error('the program does not read any more'));
          input.write(bytes, (error) => (error ? reject(error) : resolve()));
        }),
      close: () => {
        if (stdin === 'once') input?.end();
      },
      abort: () => {
        if (stdin === 'once') input?.end();
      },
    });
  }
}
