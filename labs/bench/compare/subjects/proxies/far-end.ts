// Far end, seen from the run: the process with the servers and clients (far-end.mjs).

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { HostAddress } from '../../../../../core/contracts/network.ts';
import { farEndProgram } from '../../places.ts';

export type LoadKind = 'connections' | 'requests' | 'bytes' | 'datagrams';

export interface Load {
  readonly kind: LoadKind;
  readonly at: HostAddress;
  /** At a time. */
  readonly clients: number;
  /** Connections, requests or datagrams in all; bytes of each connection. */
  readonly count: number;
}

export interface LoadResult {
  readonly seconds: number;
  /** Milliseconds that each took. */
  readonly took: readonly number[];
  /** Seconds since the beginning at which each was done. */
  readonly done: readonly number[];
  /** How many each server has answered, by its number. */
  readonly answers: Readonly<Record<string, number>>;
  /** Datagrams without an answer. */
  readonly lost: number;
}

export interface Server extends HostAddress {
  readonly protocol: 'TCP' | 'UDP';
}

export class FarEnd {
  readonly #process: ChildProcess = fork(farEndProgram(), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });

  serve(tcp: number, udp: number): Promise<readonly Server[]> {
    return this.#ask({ type: 'serve', tcp, udp });
  }

  /** @throws Error with what went wrong: a connection was refused, or broke off */
  load(load: Load): Promise<LoadResult> {
    return this.#ask({ type: 'load', ...load });
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await gone;
  }

  async #ask<T>(message: object): Promise<T> {
    const waiting = new AbortController();
    const { signal } = waiting;
    const answered = once(this.#process, 'message', { signal });
    const ended = once(this.#process, 'exit', { signal }).then(() => {
      throw new Error('the process with the servers and clients has ended');
    });
    this.#process.send(message);
    try {
      const [answer] = (await Promise.race([answered, ended])) as [{ result: T } | { error: string }];
      if ('error' in answer) throw new Error(answer.error);
      return answer.result;
    } finally {
      waiting.abort();
      await Promise.allSettled([answered, ended]);
    }
  }
}
