// A real etcd for tests, of one member or three, in folders of their own; skipped, with the reason, where there is none.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RealClock } from '../../core/time/real-clock.ts';

export const hasEtcd = spawnSync('etcd', ['--version']).status === 0;
/** For the name of a suite that is skipped. */
export const withoutEtcd = 'there is no etcd on the PATH (Debian: etcd-server)';

const clock = new RealClock();

interface Ports {
  readonly client: number;
  readonly peer: number;
  readonly health: number;
}

export interface Member {
  readonly name: string;
  readonly endpoint: string;
  /** Where anybody may ask for its health. */
  readonly health: string;
  /** Of its process, while it runs. */
  readonly pid: number | undefined;
  start(): void;
  /** kill -9 */
  kill(): Promise<void>;
  /** Lets it stand still, as a machine does that is stopped; its connections stay. */
  pause(): void;
  resume(): void;
}

export class EtcdServers {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'kubelab-etcd-'));
  readonly members: readonly Member[];

  private constructor(ports: readonly Ports[], flags: readonly string[]) {
    const peers = ports.map(({ peer }, at) => `m${at}=http://127.0.0.1:${peer}`).join(',');
    this.members = ports.map((own, at) => this.#member(`m${at}`, own, peers, flags));
  }

  /** Started, and answering. @param flags further ones of etcd; with `--cert-file` it speaks TLS */
  static async start(count = 1, flags: readonly string[] = []): Promise<EtcdServers> {
    const ports: Ports[] = [];
    for (let at = 0; at < count; at += 1)
      ports.push({ client: await freePort(), peer: await freePort(), health: await freePort() });
    const servers = new EtcdServers(ports, flags);
    for (const member of servers.members) member.start();
    await servers.ready();
    return servers;
  }

  get endpoints(): string[] {
    return this.members.map(({ endpoint }) => endpoint);
  }

  /** Resolves when every member that runs is healthy. */
  async ready(): Promise<void> {
    const end = clock.now() + 30_000;
    for (const { endpoint, health } of this.members) {
      while (!(await isHealthy(health))) {
        if (clock.now() > end) throw new Error(`etcd at ${endpoint} is not healthy after 30 s`);
        await clock.sleep(50);
      }
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.members.map((member) => member.kill()));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #member(name: string, ports: Ports, peers: string, flags: readonly string[]): Member {
    let running: ChildProcess | undefined;
    const endpoint = `${flags.includes('--cert-file') ? 'https' : 'http'}://127.0.0.1:${ports.client}`;
    const own = `http://127.0.0.1:${ports.peer}`;
    const health = `http://127.0.0.1:${ports.health}`;
    const args = [
      ...['--name', name, '--data-dir', path.join(this.#folder, name), '--log-level', 'error', '--logger', 'zap'],
      ...['--listen-metrics-urls', health],
      ...['--listen-client-urls', endpoint, '--advertise-client-urls', endpoint],
      ...['--listen-peer-urls', own, '--initial-advertise-peer-urls', own, '--initial-cluster', peers],
      ...flags,
    ];
    return {
      name,
      endpoint,
      health,
      get pid() {
        return running?.pid;
      },
      start: () => {
        running = spawn('etcd', args, {
          stdio: 'ignore',
          env: { ...process.env, ETCD_UNSUPPORTED_ARCH: process.arch },
        });
      },
      pause: () => void running?.kill('SIGSTOP'),
      resume: () => void running?.kill('SIGCONT'),
      kill: async () => {
        const child = running;
        running = undefined;
        if (!child || child.exitCode !== null || child.signalCode !== null) return;
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGKILL');
        await ended;
      },
    };
  }
}

const isHealthy = async (health: string): Promise<boolean> => {
  try {
    const response = await fetch(`${health}/health`, { signal: AbortSignal.timeout(2000) });
    return ((await response.json()) as { health: string }).health === 'true';
  } catch {
    return false;
  }
};

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
