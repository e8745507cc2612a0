// Visit: a cluster held at an instant of a check, and the way to another instant.
//   const visit = await Visit.open({ lab, file, check, seed, stop: { instant: 81 } });
//   visit.kubeconfig                              a file: kubectl with it sees the cluster at that instant
//   await visit.step(1);  await visit.step(-1);   what happened meanwhile, or what is undone
//   await visit.close();
// Always true: address, CA and kubeconfig stay the same whatever the instant; after `close` no process, port or folder is
// left. Back is another run of the check, in a new process, up to an earlier instant.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import type { Opened, Stepped, VisitRequest } from './messages.ts';
import type { Place } from './replay.ts';
import { VisitProcess } from './visit-process.ts';

/** What to visit. */
export type Wish = Omit<VisitRequest, 'folder' | 'port'>;

export class Visit {
  /** For this visit alone; removed by `close`. */
  readonly folder = mkdtempSync(path.join(tmpdir(), 'kubelab-visit-'));
  readonly #program: string | undefined;
  #process: VisitProcess;
  #request: Omit<VisitRequest, 'stop' | 'port'> | undefined;
  #opened: Opened | undefined;
  #place: Place | undefined;
  /** Steps are taken one after the other. */
  #underWay: Promise<unknown> = Promise.resolve();

  private constructor(program?: string) {
    this.#program = program;
    this.#process = new VisitProcess(program);
  }

  /**
   * @param program of the child, unless it is the one beside this module
   * @param signal gives up
   * @throws ConfigurationError when there is nothing to visit; PluginFileError when the file fails at no instant
   */
  static async open(
    wish: Wish,
    { program, signal }: { readonly program?: string; readonly signal?: AbortSignal } = {},
  ): Promise<Visit> {
    const visit = new Visit(program);
    const giveUp = () => void visit.close();
    signal?.addEventListener('abort', giveUp, { once: true });
    try {
      const { folder } = visit;
      const opened = await visit.#process.open({ ...wish, folder, port: 0 });
      const { lab, file } = wish;
      visit.#request = { lab, file, checks: [opened.check], seed: opened.seed, folder };
      visit.#opened = opened;
      visit.#place = opened.place;
      writeFileSync(visit.kubeconfig, opened.kubeconfig, { mode: 0o600 });
    } catch (error) {
      await visit.close();
      throw error;
    } finally {
      signal?.removeEventListener('abort', giveUp);
    }
    return visit;
  }

  /** What was found, and where. */
  get opened(): Opened {
    return this.#opened!;
  }

  get kubeconfig(): string {
    return path.join(this.folder, 'kubeconfig');
  }

  get place(): Place {
    return this.#place!;
  }

  /**
   * So many instants on, or (less than 0) back.
   * @returns where it stands, and what happened on the way; of a step back, what had happened and is undone
   * @throws ConfigurationError at either end
   */
  step(instants: number): Promise<Stepped> {
    const stepping = this.#underWay.then(() => (instants < 0 ? this.#back(-instants) : this.#process.step(instants)));
    this.#underWay = stepping.catch(() => {});
    return stepping.then((stepped) => {
      this.#place = stepped.place;
      return stepped;
    });
  }

  async close(): Promise<void> {
    await this.#process.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  async #back(instants: number): Promise<Stepped> {
    const { first, port } = this.#opened!;
    if (this.place.instant <= first)
      throw new ConfigurationError(
        'this is where the check began: there is no way back. The scene was set before: kubectl get nodes,pods -A shows what there was to begin with',
      );
    const instant = Math.max(first, this.place.instant - instants);
    const { rows } = await this.#process.since(instant);
    // The old one keeps the port until the new one is loaded; then one goes and the other comes, which kubectl outlives.
    const next = new VisitProcess(this.#program);
    const old = this.#process;
    this.#process = next;
    await next.loaded().finally(() => old.stop());
    const { place } = await next.open({ ...this.#request!, stop: { instant }, port });
    return { place, rows };
  }
}
