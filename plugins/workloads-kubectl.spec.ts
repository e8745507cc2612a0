// Jobs, CronJobs, DaemonSets and StatefulSets as every kubectl release sees them that is found; with all tests only.

import { execFile } from 'node:child_process';
import { access, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { expect } from 'chai';
import { type Cluster, createCluster } from '../core/cluster/cluster.ts';
import { allTests } from '../core/testing/runs.ts';
import { apiHttp } from './api-http/plugin.ts';
import { runtimeMock } from './runtime-mock/plugin.ts';
import { schedulerDefault } from './scheduler-default/plugin.ts';
import { standardControllers } from './standard.ts';
import { storeMemory } from './store-memory/plugin.ts';

/** Runs a tenth of a second. */
const template = {
  metadata: { annotations: { 'mock.kubelab.dev/run-for': '100ms' } },
  spec: { containers: [{ name: 'main', image: 'busybox' }], restartPolicy: 'Never' },
};

const manifest = `apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: agent, image: "agent:1"}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "db:1"}]}
`;

/** kubectl, and every release that lies beside it as kubectl.1.NN. */
async function kubectls(): Promise<string[]> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const found = join(folder, process.platform === 'win32' ? 'kubectl.exe' : 'kubectl');
    const isThere = await access(found).then(
      () => true,
      () => false,
    );
    if (!isThere) continue;
    const home = dirname(await realpath(found));
    const others = (await readdir(home)).filter((file) => /^kubectl\.1\.\d+$/.test(file));
    return [found, ...others.map((file) => join(home, file))];
  }
  return [];
}

(allTests ? describe : () => {})('workloads, as kubectl sees them', () => {
  let cluster: Cluster;
  let folder: string;
  let binaries: string[];

  before(async function () {
    binaries = await kubectls();
    if (binaries.length === 0) {
      console.log(`      skipped: there is no kubectl on the PATH`);
      return this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), 'kubelab workloads '));
    const plugins = [storeMemory(), apiHttp({ port: 0 }), schedulerDefault(), ...standardControllers(), runtimeMock()];
    cluster = await createCluster({ plugins, nodes: 2 });
    const admin = { name: 'kubernetes-admin', groups: ['system:masters'] };
    await writeFile(join(folder, 'config'), await cluster.face!.kubeconfig(admin));
    await writeFile(join(folder, 'sets.yaml'), manifest);
    await writeFile(
      join(folder, 'job.yaml'),
      JSON.stringify({
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: 'pi' },
        spec: { completions: 2, completionMode: 'Indexed', template },
      }),
    );
  });
  after(async () => {
    await cluster?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  async function tour(binary: string, index: number): Promise<void> {
    const own = ['--kubeconfig', join(folder, 'config'), '--cache-dir', join(folder, `cache-${index}`)];
    const run = (...args: string[]): Promise<{ code: number; text: string }> =>
      new Promise((resolve) => {
        const options = { cwd: folder, timeout: 60_000 };
        execFile(binary, [...own, '-n', `n${index}`, ...args], options, (error, stdout, stderr) => {
          resolve({ code: error ? Number(error.code ?? 1) : 0, text: stdout + stderr });
        });
      });
    const well = async (...args: string[]): Promise<string> => {
      const { code, text } = await run(...args);
      expect(code, `${binary} ${args.join(' ')}: ${text}`).to.equal(0);
      return text;
    };
    await well('create', 'namespace', `n${index}`);
    await well('create', '-f', 'job.yaml');
    expect(await well('wait', '--for=condition=complete', 'job/pi', '--timeout=30s')).to.equal(
      'job.batch/pi condition met\n',
    );
    expect(await well('get', 'jobs')).to.match(/^NAME +STATUS +COMPLETIONS +DURATION +AGE\npi +Complete +2\/2 /);
    expect(await well('describe', 'job', 'pi')).to.match(
      /Completed Indexes: +0,1\n.*Completed +.*job-controller +Job completed/s,
    );
    await well('create', 'job', 'one', '--image=busybox', '--', 'true');
    expect((await run('create', 'job', 'one', '--image=busybox')).text).to.contain('jobs.batch "one" already exists');
    await well('delete', 'job', 'one', 'pi');
    await well('create', 'cronjob', 'tick', '--image=busybox', '--schedule=0 3 * * sun', '--', 'date');
    expect(await well('get', 'cronjob')).to.match(/\ntick +0 3 \* \* sun +<none> +False +0 +<none> /);
    expect((await run('create', 'cronjob', 'bad', '--image=busybox', '--schedule=daily')).text).to.contain(
      'spec.schedule: Invalid value: "daily": expected exactly 5 fields, found 1: [daily]',
    );
    await well('create', 'job', 'by-hand', '--from=cronjob/tick');
    expect(await well('describe', 'cronjob', 'tick')).to.match(/Concurrency Policy: +Allow\n/);
    await well('delete', 'cronjob', 'tick');
    await well('apply', '-f', 'sets.yaml');
    expect(await well('rollout', 'status', 'ds/agent', '--timeout=30s')).to.contain('successfully rolled out');
    expect(await well('rollout', 'status', 'sts/db', '--timeout=30s')).to.contain('2 new pods have been updated');
    expect(await well('get', 'ds')).to.match(/\nagent +2 +2 +2 +2 +2 +<none> /);
    expect(await well('get', 'sts')).to.match(/^NAME +READY +AGE\ndb +2\/2 /);
    for (const set of ['ds/agent', 'sts/db']) {
      const [, name = ''] = set.split('/');
      await well('set', 'image', set, `${name}=${name}:2`);
      await well('rollout', 'status', set, '--timeout=30s');
      expect(await well('rollout', 'history', set)).to.match(/REVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>\n/);
      expect(await well('rollout', 'history', set, '--revision=1')).to.contain(`${name}:1`);
      expect(await well('rollout', 'undo', set)).to.contain('rolled back');
      await well('rollout', 'status', set, '--timeout=30s');
      expect(await well('get', set, '-o', 'jsonpath={.spec.template.spec.containers[0].image}')).to.equal(`${name}:1`);
    }
    expect(await well('get', 'controllerrevisions')).to.match(/statefulset\.apps\/db +3 /);
    await well('scale', 'sts/db', '--replicas=1');
    await well('wait', '--for=delete', 'pod/db-1', '--timeout=30s');
    expect(await well('describe', 'sts', 'db')).to.contain('delete Pod db-1 in StatefulSet db successful');
    await well('create', 'ingress', 'web', '--class=nginx', '--rule=example.com/*=web:80');
    expect(await well('get', 'ingress')).to.match(/\nweb +nginx +example\.com +80 /);
    await well('delete', 'ds,sts,ingress', '--all');
    await well('delete', 'namespace', `n${index}`);
  }

  it('create, get, describe, rollout, scale, delete, of every release', async function () {
    this.timeout(180_000 * binaries.length);
    for (const [index, binary] of binaries.entries()) await tour(binary, index);
  });
});
