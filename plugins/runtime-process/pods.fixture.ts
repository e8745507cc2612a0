// For specs: a small cluster of processes: nodes with runtimes on one network, pods by name, and what they print.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ContainerConfig,
  type ContainerStatus,
  nothingSaid,
  type RuntimeChange,
} from '../../core/contracts/container-runtime.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { type NetworkRanges, VirtualNetwork } from './network/virtual-network.ts';
import { ProcessRuntime } from './process-runtime.ts';

export interface RunningPod {
  readonly name: string;
  readonly address: string;
  readonly sandboxId: string;
  readonly id: string;
}

export class Pods {
  readonly network: VirtualNetwork;
  readonly folder: string;
  readonly runtime: ProcessRuntime;
  readonly changes: RuntimeChange[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(ranges: Partial<NetworkRanges> = {}) {
    this.network = new VirtualNetwork(ranges);
    this.folder = mkdtempSync(join(tmpdir(), 'kubelab spec '));
    this.runtime = new ProcessRuntime({
      clock: new RealClock(),
      network: this.network,
      node: { name: 'node-1', podCIDR: '10.244.1.0/24' },
      folder: this.folder,
    });
    this.runtime.changes().subscribe((change) => {
      this.changes.push(change);
      for (const wake of this.#waiting) wake();
    });
  }

  /** A pod with one container that runs. */
  async run(name: string, image: string, config: Partial<ContainerConfig> = {}): Promise<RunningPod> {
    const sandbox = await this.runtime.runSandbox({
      namespace: 'default',
      name,
      uid: `uid-of-${name}`,
      attempt: 0,
      hostname: name,
      labels: {},
      annotations: {},
      hostNetwork: false,
      dnsSearches: ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
    });
    const id = await this.add(sandbox.id, image, config);
    return { name, address: sandbox.address, sandboxId: sandbox.id, id };
  }

  /** One more container in a pod. */
  async add(sandboxId: string, image: string, config: Partial<ContainerConfig> = {}): Promise<string> {
    const id = await this.runtime.createContainer(sandboxId, {
      name: 'main',
      attempt: 0,
      image,
      ...nothingSaid,
      ...config,
    });
    await this.runtime.startContainer(id);
    return id;
  }

  /** A program of the test's own in a pod: the text of an ES module. */
  script(name: string, text: string, config: Partial<ContainerConfig> = {}): Promise<RunningPod> {
    return this.run(name, 'node', { command: ['node', '--input-type=module', '-e', text], ...config });
  }

  /** Runs it to its end and gives what it printed. */
  async output(name: string, text: string, config: Partial<ContainerConfig> = {}): Promise<string> {
    const { id } = await this.script(name, text, config);
    await this.ended(id);
    return (await this.logs(id)).trim();
  }

  async ended(id: string): Promise<ContainerStatus> {
    for (;;) {
      const change = new Promise<void>((resolve) => this.#waiting.add(resolve));
      const status = await this.runtime.containerStatus(id);
      if (status?.state === 'exited') return status;
      await change;
    }
  }

  async logs(id: string): Promise<string> {
    return new Response(this.runtime.logs(id, {})).text();
  }

  /** Waits until the container has printed this. */
  async printed(id: string, part: string): Promise<string> {
    const reader = this.runtime.logs(id, { follow: true }).getReader();
    let all = '';
    while (!all.includes(part)) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`the container ended without printing "${part}": ${all}`);
      all += Buffer.from(value).toString();
    }
    await reader.cancel();
    return all;
  }

  async exec(id: string, ...command: string[]): Promise<{ code: number; out: string; err: string }> {
    const { exitCode, stdout, stderr } = await this.runtime.execSync(id, command, 10_000);
    return { code: exitCode, out: Buffer.from(stdout).toString(), err: Buffer.from(stderr).toString() };
  }

  /** Ends everything, and throws if anything of it is left in the folder. */
  async close(): Promise<void> {
    await this.runtime.close();
    await this.network.close();
    const left = readdirSync(this.folder);
    rmSync(this.folder, { recursive: true });
    if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
  }
}
