// `kubelab story` as a person uses it, against a cluster that runs.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { CommandRoom } from '../command.fixture.ts';

describe('kubelab story', function () {
  this.timeout(60_000);
  const room = new CommandRoom();
  after(() => room.close());

  it('tells the life of a pod, and of what it does not know what there is', async () => {
    await room.up('--name', 'tale', '--nodes', '1');
    const file = path.join(room.folder, 'web.json');
    const spec = { containers: [{ name: 'main', image: 'kubelab/sleep' }] };
    writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec }));
    await room.kubelab('kubectl', 'apply', '-f', file);
    const text = (await room.kubelab('story', 'pod/web', '--plain')).stdout;
    expect(text).to.match(/^pod web in namespace default, created \d{4}-.*Z\n\nTIME +WHO +AS +WHAT +WHERE\n/);
    expect(text).to.match(
      /^\+0\.000 s +(kubelab-)?kubectl +kubernetes-admin +created, kubelab\/sleep +core\/api\/create\.ts:\d+$/m,
    );
    expect(text).to.match(/^\+\d\.\d{3} s +scheduler +system:kube-scheduler +bound to node-1 +core\/\S+:\d+$/m);
    expect(text).to.match(/^\+\d\.\d{3} s +kubelet node-1 +system:node:node-1 +phase Running +core\/node\/\S+:\d+$/m);
    const near = await room.kubelab('story', 'pod/wbe');
    const known = 'no pod wbe in namespace default (did you mean web?); there are: web';
    expect([near.code, near.stderr]).to.deep.equal([2, `error: ${known}\n`]);
  });
});
