// Swapping the scheduler of a running cluster, as a student does: by name, then by a file of one's own, while pods are
// being created; then breaking that file and repairing it. One list of tests, for whoever runs it.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type { TestCluster } from './harness.ts';
import type { Kubectl } from './kubectl.ts';
import { eventually } from './run.ts';

/** A scheduler that puts every pod on one node; `body` goes before that. */
const mine = (node: string, body = '') => `
import { plugin, Scheduler, type ClusterView, type Placement, type Pod } from 'kubelab';

class Favourite implements Scheduler {
  readonly name = 'favourite';
  readonly retryOn = ['NodeAdded'] as const;

  place(pod: Pod, cluster: ClusterView): Placement {
    ${body}
    return cluster.node('${node}') ? { node: '${node}' } : { unschedulable: {} };
  }
}

export default plugin({
  name: 'scheduler-favourite',
  description: 'one node gets it all',
  provides: [Scheduler],
  bind: ({ bind }) => {
    bind(Scheduler).toResolvedValue(() => new Favourite());
  },
});
`;

/** Declares the tests. @param start gives a cluster that watches plugin files; it is stopped and destroyed here. */
export function swapping(start: () => Promise<{ cluster: TestCluster; kubectl: Kubectl }>): void {
  let cluster: TestCluster;
  let kubectl: Kubectl;
  let folder: string;
  let file: string;

  before(async () => {
    ({ cluster, kubectl } = await start());
    folder = mkdtempSync(path.join(tmpdir(), 'my scheduler '));
    chmodSync(folder, 0o755); // the cluster may be another user's
    file = path.join(folder, 'mine.ts');
  });

  after(async () => {
    const traces = cluster?.traces();
    const code = await cluster?.stop();
    const left = cluster?.remains(traces);
    await cluster?.destroy();
    if (folder) rmSync(folder, { recursive: true });
    expect(code).to.equal(0);
    expect(left).to.deep.equal([]);
  });

  const swap = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await cluster.kubelab('swap', '--name', cluster.name, ...args);
    expect(code, `kubelab swap ${args.join(' ')}\n${stdout}${stderr}`).to.equal(0);
    return stdout;
  };

  interface Pods {
    items: { metadata: { name: string }; spec: { nodeName?: string }; status: { phase: string } }[];
  }
  const podsOf = async (app: string): Promise<Pods['items']> =>
    ((await kubectl.json('get', 'pods', '-l', `app=${app}`)) as Pods).items;
  const runs = (app: string, replicas: number) =>
    kubectl.run('create', 'deployment', app, '--image=kubelab/sleep', `--replicas=${replicas}`);
  const allPlaced = (app: string, replicas: number) =>
    eventually(`all ${replicas} pods of ${app} are placed`, async () => {
      const pods = await podsOf(app);
      return pods.length === replicas && pods.every(({ spec }) => spec.nodeName) ? pods : undefined;
    });
  const scheduler = async () => {
    const component = await kubectl.json('get', 'component', 'scheduler');
    return component as { spec: { plugin: string }; status: { state: string; message?: string; startedAt?: string } };
  };

  it('by name, while pods are being created: none is lost, later pods follow the new rule', async () => {
    const creating = runs('during', 20);
    const said = await swap('scheduler', 'round-robin');
    expect(said).to.match(/round-robin/);
    await creating;
    await allPlaced('during', 20);
    expect((await scheduler()).spec.plugin).to.equal('scheduler-round-robin');
    await runs('turns', 6);
    const nodes = (await allPlaced('turns', 6)).map(({ spec }) => spec.nodeName).sort();
    expect(nodes).to.deep.equal(['node-1', 'node-1', 'node-2', 'node-2', 'node-3', 'node-3']);
  });

  it('by a file of one’s own', async () => {
    writeFileSync(file, mine('node-2'));
    const creating = runs('mixed', 20);
    await swap('scheduler', file);
    await creating;
    await allPlaced('mixed', 20);
    await runs('favoured', 4);
    const nodes = (await allPlaced('favoured', 4)).map(({ spec }) => spec.nodeName);
    expect(nodes).to.deep.equal(['node-2', 'node-2', 'node-2', 'node-2']);
  });

  it('a file that loops for ever is stopped and named with its line; everything else goes on', async () => {
    const { startedAt } = (await scheduler()).status;
    writeFileSync(file, mine('node-2', 'while (cluster) {}'));
    await eventually(
      'the saved file runs',
      async () => (await scheduler()).status.startedAt !== startedAt || undefined,
    );
    await runs('stuck', 1);
    const message = await eventually('the component says where it hangs', async () => {
      const { status } = await scheduler();
      return status.message?.includes('mine.ts:') ? `${status.state}: ${status.message}` : undefined;
    });
    expect(message)
      .to.match(/CrashLoopBackOff/)
      .and.to.match(/place\(default\/stuck-[^)]+\) did not return/);
    expect(message).to.match(/mine\.ts:9\b/);
    expect(await kubectl.run('get', 'nodes')).to.include('node-3');
  });

  it('the next save repairs it', async () => {
    writeFileSync(file, mine('node-3'));
    const [pod] = await allPlaced('stuck', 1);
    expect(pod?.spec.nodeName).to.equal('node-3');
    await eventually('the component runs', async () => (await scheduler()).status.state === 'Running' || undefined);
  });

  it('refuses a file that does not compile, and keeps what runs', async () => {
    const broken = path.join(folder, 'broken.ts');
    writeFileSync(broken, 'export default plugin({ name: ;');
    const { code, stdout, stderr } = await cluster.kubelab('swap', '--name', cluster.name, 'scheduler', broken);
    expect(code).to.equal(1);
    expect(stdout + stderr).to.include('broken.ts:1');
    await runs('after', 1);
    const [pod] = await allPlaced('after', 1);
    expect(pod?.spec.nodeName).to.equal('node-3');
  });

  it('goes back', async () => {
    await swap('--undo');
    expect((await scheduler()).spec.plugin).to.equal('scheduler-round-robin');
  });
}
