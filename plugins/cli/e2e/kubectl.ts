// Kubectl: the real ones of this machine, and how a test speaks with one of them, or with the built-in.

import { existsSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import type { TestCluster } from './harness.ts';
import type { Outcome } from './run.ts';

/** A real kubectl with its release, as found on this machine. */
export interface Release {
  readonly release: string;
  readonly path: string;
}

/** The kubectl on the PATH, and every `kubectl.1.NN` that lies beside the program it leads to. */
export function kubectls(): { readonly onPath: string | undefined; readonly releases: readonly Release[] } {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const onPath = folders.map((folder) => path.join(folder, 'kubectl')).find((file) => existsSync(file));
  if (!onPath) return { onPath: undefined, releases: [] };
  const folder = path.dirname(realpathSync(onPath));
  const releases = readdirSync(folder)
    .filter((name) => /^kubectl\.1\.\d+$/.test(name))
    .sort()
    .map((name) => ({ release: name.slice('kubectl.'.length), path: path.join(folder, name) }));
  return { onPath, releases };
}

/** One kubectl at work on one cluster. */
export class Kubectl {
  readonly isReal: boolean;
  readonly #ask: (args: readonly string[], input?: string) => Promise<Outcome>;

  private constructor(isReal: boolean, ask: (args: readonly string[], input?: string) => Promise<Outcome>) {
    this.isReal = isReal;
    this.#ask = ask;
  }

  static real(cluster: TestCluster, program: string): Kubectl {
    return new Kubectl(true, (args, input) => cluster.kubectl(program, args, input));
  }

  /** As somebody types it who has `kubelab` only: the real kubectl if there is one on the PATH, else the built-in. */
  static ofKubelab(cluster: TestCluster, isReal = false): Kubectl {
    return new Kubectl(isReal, (args, input) => cluster.ownKubectl(args, input));
  }

  /** The best that this machine has. */
  static any(cluster: TestCluster): Kubectl {
    const { onPath } = kubectls();
    return onPath ? Kubectl.real(cluster, onPath) : Kubectl.ofKubelab(cluster);
  }

  /** Whatever comes of it. */
  outcome(args: readonly string[], input?: string): Promise<Outcome> {
    return this.#ask(args, input);
  }

  /** Its exit code must be 0; gives what it printed. */
  async run(...args: readonly string[]): Promise<string> {
    return this.#good(args, await this.#ask(args));
  }

  /** `apply -f -` */
  async apply(manifest: string): Promise<string> {
    const args = ['apply', '-f', '-'];
    return this.#good(args, await this.#ask(args, manifest));
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers of -o json, looked into freely by tests
  async json(...args: readonly string[]): Promise<any> {
    return JSON.parse(await this.run(...args, '-o', 'json'));
  }

  #good(args: readonly string[], { code, stdout, stderr }: Outcome): string {
    expect(code, `kubectl ${args.join(' ')}\n${stdout}${stderr}`).to.equal(0);
    return stdout;
  }
}
