// `kubelab why` as a person uses it, against a cluster that runs; with schedulers of their own, in processes of their own.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { CommandRoom } from '../command.fixture.ts';

const mine = (body: string, more = '') => `
import { explainByRefusals, plugin, type ClusterView, type Pod, refusals, Scheduler } from 'kubelab';
class LastNode implements Scheduler {
  readonly name = 'last-node';
  readonly retryOn = ['NodeAdded'] as const;
  place(pod: Pod, cluster: ClusterView) {
    ${body}
    const node = cluster.nodes.findLast((each) => refusals(pod, each).length === 0);
    return node ? { node: node.name } : { unschedulable: { 'no room': cluster.nodes.length } };
  }
  ${more}
}
export default plugin({ name: 'scheduler-last-node', description: 'the last', provides: [Scheduler],
  bind: ({ bind }) => { bind(Scheduler).toResolvedValue(() => new LastNode()); } });
`;
const explain = `explain(pod: Pod, cluster: ClusterView) {
    return explainByRefusals(pod, cluster, [{ name: 'Place', best: 'greatest', of: (node) => node.index }]);
  }`;

describe('kubelab why', function () {
  this.timeout(90_000);
  const room = new CommandRoom();
  after(() => room.close());

  const file = (name: string, text: string) => {
    writeFileSync(path.join(room.folder, name), text);
    return `./${name}`;
  };
  const create = async (name: string, cpu: string) => {
    const resources = { requests: { cpu, memory: '1Mi' } };
    const spec = { containers: [{ name: 'main', image: 'kubelab/sleep', resources }] };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec };
    await room.kubelab('kubectl', 'apply', '-f', file(`${name}.json`, JSON.stringify(pod)));
  };

  it('tells where a pod is and why, what another scheduler would have done, and why a pod is nowhere', async () => {
    await room.up('--name', 'why', '--scheduler', 'default');
    await create('web', '100m');
    const { stdout } = await room.kubelab('why', 'pod/web', '--compare', file('mine.ts', mine('', explain)));
    expect(stdout).to.match(
      /^pod web in namespace default: on node-1; scheduler default-scheduler \(default\), 1 attempt\n/,
    );
    expect(stdout).to.match(/^node-1 wins: the greatest total; of 3 with as much, the first in the order/m);
    expect(stdout).to.match(/^node-1 +\d+ +\d+ +\d+ +wins$/m);
    expect(stdout).to.match(/^A fresh \.\/mine\.ts, asked the same: node-3\nnode-3 wins: the greatest Place\.\n/m);

    await create('big', '900');
    const big = await room.kubelab('why', 'big', '-o', 'json');
    const answer = JSON.parse(big.stdout);
    expect(answer.attempts[0].unschedulable).to.deep.equal({ 'Insufficient cpu': 3 });
    expect(answer.waits.room).to.equal('unschedulable');
    expect(answer.explained.explanation.nodes[0].verdicts.NodeResourcesFit).to.deep.equal(['Insufficient cpu']);
  });

  it('asks a scheduler of one’s own in its process, whether it explains itself or not', async () => {
    const before = await room.kubelab('swap', 'scheduler', file('mine.ts', mine('', explain)));
    expect(before.stderr).to.equal('');
    await create('late', '100m');
    const late = await room.kubelab('why', 'late', '--node', 'node-3', '--compare', 'round-robin');
    expect(late.stdout).to.match(/^node-3 wins, total 2\n\nPLUGIN/m);
    expect(late.stdout).to.match(/^A fresh round-robin, asked the same: node-1$/m);
    await room.kubelab('swap', 'scheduler', file('silent.ts', mine('')));
    await create('silent', '100m');
    const silent = await room.kubelab('why', 'silent');
    expect(silent.stdout).to.match(/^1 +\S+Z +node-3$[\s\S]*last-node does not explain itself: it has no explain\(\)/m);
  });

  it('says what went wrong', async () => {
    const outcome = async (...args: string[]) => {
      const { code, stderr, stdout } = await room.kubelab('why', ...args);
      return [code, stderr || stdout.split('\n').at(-2)];
    };
    expect(await outcome('svc/web')).to.deep.equal([
      2,
      'error: why tells of pods: kubelab why pod/NAME; found svc/web\n',
    ]);
    expect(await outcome('silent', '--compare', file('loops.ts', mine('for (;;) {}')))).to.deep.equal([
      1,
      'error: place(default/silent) did not return, loops.ts:7\n',
    ]);
    expect(await outcome('silent', '--compare', file('throws.ts', mine('throw new Error("oh");')))).to.deep.equal([
      1,
      'A fresh ./throws.ts, asked the same: failed: place(default/silent): throws.ts:7: oh',
    ]);
  });
});
