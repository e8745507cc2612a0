// Session: one run of a command: which cluster, which namespace, where to write, and whether something went wrong.

import type { Clock } from '../../../core/contracts/clock.ts';
import { explainAll } from './errors.ts';
import { type ResourceType, ResourceTypes } from './resource-types.ts';
import type { Server } from './server.ts';
import type { Terminal } from './terminal.ts';

export class Session {
  readonly server: Server;
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly namespace: string;
  /** Whether -n said so: then files must not say otherwise. */
  readonly namespaceGiven: boolean;
  exitCode = 0;
  readonly failures: unknown[] = [];
  #types: Promise<ResourceTypes> | undefined;

  constructor(
    server: Server,
    terminal: Terminal,
    clock: Clock,
    { namespace, namespaceGiven }: { readonly namespace: string; readonly namespaceGiven: boolean },
  ) {
    this.server = server;
    this.terminal = terminal;
    this.clock = clock;
    this.namespace = namespace;
    this.namespaceGiven = namespaceGiven;
  }

  /** What the server serves; asked once. */
  types(): Promise<ResourceTypes> {
    this.#types ??= ResourceTypes.discover(this.server);
    return this.#types;
  }

  async type(word: string): Promise<ResourceType> {
    return (await this.types()).find(word);
  }

  print(line: string): void {
    this.terminal.out(`${line}\n`);
  }

  warn(line: string): void {
    this.terminal.err(`${line}\n`);
  }

  /** Something went wrong with one of several: told at the end. */
  fail(error: unknown): void {
    this.failures.push(error);
    this.exitCode = 1;
  }

  /** Tells what went wrong. */
  end(): void {
    if (this.failures.length > 0) this.terminal.err(`${explainAll(this.failures)}\n`);
    this.failures.length = 0;
  }
}
