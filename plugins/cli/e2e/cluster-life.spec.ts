// A cluster's life, seen from the machine: however it ends, nothing is left; one that was killed is cleared away by the
// next; one in the background is found, and stopped, by its name.

import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { readyPods } from './guestbook.ts';
import { TestCluster } from './harness.ts';
import { Kubectl } from './kubectl.ts';
import { eventually } from './run.ts';
import { remains, type Traces } from './traces.ts';

const linux = process.platform === 'linux';

/** Containers of every sort: our own program, a shell with a child of its own, one that does not listen to SIGTERM. */
const stubborn = `
apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: stubborn } }
spec: { containers: [{ name: web, image: kubelab/web }] }
---
apiVersion: v1
kind: Pod
metadata: { name: shell, labels: { app: stubborn } }
spec:
  containers: [{ name: shell, image: busybox, command: [sh, -c, 'sleep 100000 & sleep 100000'] }]
---
apiVersion: v1
kind: Pod
metadata: { name: deaf, labels: { app: stubborn } }
spec:
  terminationGracePeriodSeconds: 100000
  containers: [{ name: deaf, image: busybox, command: [sh, -c, 'trap "" TERM INT HUP; while :; do sleep 1; done'] }]
`;

describe('the life of a cluster', function () {
  this.timeout(180_000);
  let cluster: TestCluster;

  afterEach(() => cluster?.destroy());

  /** With pods of every sort; gives what there is on the machine. */
  async function runPods(): Promise<Traces> {
    const kubectl = Kubectl.any(cluster);
    await kubectl.apply(stubborn);
    await eventually('its pods run', async () => (await readyPods(kubectl, 'app=stubborn')).length === 3 || undefined);
    const traces = cluster.traces();
    if (linux) {
      const commands = traces.processes.map(({ command }) => command);
      expect(
        commands.filter((each) => each === 'sleep 100000'),
        `${commands.join('\n')}`,
      ).to.have.length(2);
    }
    return traces;
  }

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    it(`ends by ${signal} without a trace, whatever its containers do`, async () => {
      cluster = await TestCluster.start();
      const before = await runPods();
      if (linux) expect(remains(before), 'one sees them while they are there').to.have.length.greaterThan(8);
      expect(await cluster.stop(signal), cluster.output).to.equal(0);
      expect(cluster.remains(before)).to.deep.equal([]);
    });
  }

  it('killed, it takes its containers with it, and the next one of its name clears the rest away', async () => {
    cluster = await TestCluster.start();
    const before = await runPods();
    const inside = path.join(cluster.state, cluster.name);
    process.kill(cluster.pid, 'SIGKILL');
    await eventually('no process, no socket is left', async () => {
      const left = remains(before);
      if (left.length > 0) throw new Error(left.join('\n'));
      return true;
    });
    expect(existsSync(path.join(inside, 'cluster.json')), 'nobody was there to clear away').to.equal(true);
    expect((await cluster.kubelab('status')).stderr).to.match(/no cluster called kubelab runs/);

    const killed = cluster;
    cluster = await TestCluster.start([], { base: killed.base });
    expect(cluster.pid).not.to.equal(killed.pid);
    const kubectl = Kubectl.any(cluster);
    expect(await readyPods(kubectl, 'app=stubborn'), 'a new cluster').to.deep.equal([]);
    const again = cluster.traces();
    expect(await cluster.stop()).to.equal(0);
    expect(cluster.remains(again)).to.deep.equal([]);
  });

  it('runs in the background, is found by its name, and is stopped by it', async () => {
    cluster = await TestCluster.start(['--detach', '--name', 'quiet']);
    const before = await runPods();
    const status = JSON.parse((await cluster.kubelab('status', '--name', 'quiet', '-o', 'json')).stdout);
    expect(status).to.include({ name: 'quiet', pid: cluster.pid, server: cluster.server });
    const second = await cluster.kubelab('up', '--name', 'quiet');
    expect(second.code).to.equal(2);
    expect(second.stderr).to.include('a cluster called quiet runs already').and.to.include('kubelab down --name quiet');
    const other = await cluster.kubelab('down', '--name', 'other');
    expect(other.code).to.equal(3);
    expect(other.stderr).to.include('these do: quiet');

    const down = await cluster.kubelab('down', '--name', 'quiet');
    expect(down.stdout + down.stderr).to.equal('cluster quiet stopped\n');
    await eventually('nothing is left', async () => {
      const left = cluster.remains(before);
      if (left.length > 0) throw new Error(left.join('\n'));
      return true;
    });
  });

  it('is its owner’s alone', async function () {
    if (process.platform === 'win32') return this.skip();
    cluster = await TestCluster.start();
    const folder = path.join(cluster.state, cluster.name);
    const mode = (name: string) => (statSync(path.join(folder, name)).mode & 0o777).toString(8);
    expect(mode('.')).to.equal('700');
    expect(mode('kubeconfig')).to.equal('600');
    const sockets = readdirSync(folder).filter((name) => name.endsWith('.sock'));
    for (const name of sockets) expect(mode(name)).to.equal('600');
    expect(cluster.server).to.match(/^https:\/\/127\.0\.0\.1:\d+$/);
  });
});
