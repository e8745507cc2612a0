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

export class Visit {
  /** For this visit alone; removed by `close`. */
  readonly folder: string;
  readonly #labs: string | undefined;
  readonly #request: Omit<VisitRequest, 'stop' | 'port'>;
  #process: VisitProcess;
  #opened: Opened | undefined;
  #place: Place | undefined;
  /** Steps are taken one after the other. */
  #underWay: Promise<unknown> = Promise.resolve();

  private constructor(request: Omit<VisitRequest, 'folder' | 'port' | 'stop'>, process: VisitProcess, labs?: string) {
    this.folder = mkdtempSync(path.join(tmpdir(), 'kubelab-visit-'));
    this.#labs = labs;
    this.#request = { ...request, folder: this.folder };
    this.#process = process;
  }

  /**
   * @param ready a process that is loaded already
   * @param labs URL of a module that gives the labs, instead of Kubelab's own
   * @throws ConfigurationError when there is nothing to visit
   */
  static async open(
    { stop, ...request }: Omit<VisitRequest, 'folder' | 'port'>,
    { ready, labs }: { readonly ready?: VisitProcess; readonly labs?: string } = {},
  ): Promise<Visit> {
    const visit = new Visit(request, ready ?? new VisitProcess(labs), labs);
    try {
      visit.#opened = await visit.#process.open({ ...visit.#request, stop, port: 0 });
      visit.#place = visit.#opened.place;
      writeFileSync(visit.kubeconfig, visit.#opened.kubeconfig, { mode: 0o600 });
    } catch (error) {
      await visit.close();
      throw error;
    }
    return visit;
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
      throw new ConfigurationError('this is where the check began: there is no way back');
    const instant = Math.max(first, this.place.instant - instants);
    const { rows } = await this.#process.since(instant);
    // The old one keeps the port until the new one is loaded; then one goes and the other comes, which kubectl outlives.
    const next = new VisitProcess(this.#labs);
    const old = this.#process;
    this.#process = next;
    await next.loaded().finally(() => old.stop());
    const { place } = await next.open({ ...this.#request, stop: { instant }, port });
    return { place, rows };
  }
}
