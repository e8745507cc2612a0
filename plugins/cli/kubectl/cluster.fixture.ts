// For the specs of this folder: a cluster in this process behind HTTPS, the built-in kubectl with what it prints, and the
// real kubectl beside it where one is installed.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Cluster, createCluster } from '../../../core/cluster/cluster.ts';
import { apiHttp } from '../../api-http/plugin.ts';
import { runtimeMock } from '../../runtime-mock/plugin.ts';
import { schedulerResourceFit } from '../../scheduler-resource-fit/plugin.ts';
import { standardControllers } from '../../standard.ts';
import { storeMemory } from '../../store-memory/plugin.ts';
import { builtInKubectl } from './built-in.ts';
import { findKubectl } from './find-kubectl.ts';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Run {
  readonly input?: string;
  /** Sees what is printed as it comes. */
  readonly seen?: (text: string) => void;
  readonly signal?: AbortSignal;
}

export class KubectlWorld {
  readonly folder: string;
  readonly real = findKubectl();
  readonly #cluster: Cluster;

  private constructor(cluster: Cluster, folder: string) {
    this.#cluster = cluster;
    this.folder = folder;
  }

  static async start(): Promise<KubectlWorld> {
    const folder = mkdtempSync(path.join(tmpdir(), 'kubelab built-in kubectl '));
    const plugins = [
      storeMemory(),
      apiHttp({ port: 0 }),
      schedulerResourceFit(),
      ...standardControllers(),
      runtimeMock(),
    ];
    const cluster = await createCluster({ plugins, nodes: 2 });
    const world = new KubectlWorld(cluster, folder);
    const admin = { name: 'kubernetes-admin', groups: ['system:masters'] };
    writeFileSync(world.kubeconfig, await cluster.face!.kubeconfig(admin));
    return world;
  }

  async stop(): Promise<void> {
    await this.#cluster.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get kubeconfig(): string {
    return path.join(this.folder, 'kubeconfig');
  }

  file(name: string, text: string): string {
    const file = path.join(this.folder, name);
    writeFileSync(file, text);
    return file;
  }

  async run(args: readonly string[], { input = '', seen, signal }: Run = {}): Promise<Outcome> {
    let [out, err] = ['', ''];
    const code = await builtInKubectl(args, this.kubeconfig, {
      out: (text) => {
        out += text;
        seen?.(text);
      },
      err: (text) => {
        err += text;
      },
      stdin: async () => input,
      ...(signal && { signal }),
    });
    return { code, out, err };
  }

  /** The same with the real kubectl. */
  runReal(args: readonly string[], { input = '' }: Run = {}): Promise<Outcome> {
    const own = ['--kubeconfig', this.kubeconfig, '--cache-dir', path.join(this.folder, 'cache')];
    return new Promise((resolve) => {
      const child = execFile(this.real!, [...own, ...args], { timeout: 30_000 }, (error, out, err) =>
        resolve({ code: error ? Number(error.code ?? 1) : 0, out, err }),
      );
      child.stdin?.end(input);
    });
  }
}
