// `kubelab store` as a person uses it: looks into the store of a running cluster, and carries it over into a new one.

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { allTests } from '../../../core/testing/runs.ts';
import { EtcdServers, hasEtcd, withoutEtcd } from '../../store-etcd/etcd-server.fixture.ts';
import { CommandRoom } from '../command.fixture.ts';

describe('kubelab store', function () {
  this.timeout(120_000);
  const room = new CommandRoom();
  after(() => room.close());

  const key = '/registry/configmaps/default/settings';
  const kubelab = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await room.kubelab(...args);
    expect(code, `kubelab ${args.join(' ')}: ${stderr}`).to.equal(0);
    return stdout;
  };
  const refused = async (...args: readonly string[]) => {
    const { code, stderr } = await room.kubelab(...args);
    return `${code} ${stderr}`;
  };

  it('shows keys, values, how they came to be, and what is yet to come', async () => {
    await room.up('--runtime', 'mock');
    await kubelab('kubectl', 'create', 'configmap', 'settings', '--from-literal=color=red');
    const created = JSON.parse(await kubelab('store', 'get', key, '-o', 'json'));
    expect(created.value.data).to.deep.equal({ color: 'red' });
    const watching = room.start(
      'store',
      'watch',
      '/registry/configmaps/default/',
      '--after',
      String(created.modRevision),
    );
    await kubelab('kubectl', 'label', 'configmap', 'settings', 'tier=web');
    expect(await kubelab('store', 'list', '/registry/configmaps/default/')).to.match(
      /^KEY +CREATED +MODIFIED +VERSION\n[\s\S]*^\/registry\/configmaps\/default\/settings +\d+ +\d+ +2\n\d+ keys at revision \d+\n$/m,
    );
    expect(await kubelab('store', 'get', key)).to.match(/^data:\n {2}color: red$/m);
    expect(await kubelab('store', 'history', key)).to.match(
      /^revision \d+: create\n[\s\S]*\+ data\.color: red\n[\s\S]*revision \d+: update\n[\s\S]*\+ metadata\.labels\.tier: web\n/,
    );
    await kubelab('kubectl', 'delete', 'configmap', 'settings');
    await watching.says(/^ *\d+ {2}update {2}\/registry\/configmaps\/default\/settings\n *\d+ {2}delete {2}\//m);
    watching.process.kill('SIGINT');
    await watching.ended;
    expect(await kubelab('store', 'history', key)).to.match(/^revision \d+: delete$/m);
    expect(await kubelab('store', 'get', key, '--at', String(created.modRevision))).to.include('color: red');
    expect(await refused('store', 'get', key)).to.equal(
      `2 error: nothing is stored under ${key}; kubelab store list shows what there is\n`,
    );
    expect(await kubelab('store', 'compact')).to.match(/^compacted: history from before revision \d+ is forgotten$/m);
    expect(await refused('store', 'get', key, '--at', String(created.modRevision))).to.match(
      /^3 error: revision \d+ is compacted; the oldest kept is \d+\n$/,
    );
    expect(await refused('store', 'get', key, '--at', 'now')).to.match(
      /^2 error: --at "now": a revision is a number of at least 1/,
    );
  });

  it('takes a snapshot, and fills a new store from it, on which a cluster starts', async () => {
    await kubelab('kubectl', 'create', 'configmap', 'kept', '--from-literal=a=b');
    const file = path.join(room.folder, 'all.snapshot');
    expect(await kubelab('store', 'snapshot', file)).to.match(/all\.snapshot: \d+ objects at revision \d+\n$/);
    const uid = (await kubelab('kubectl', 'get', 'configmap', 'kept', '-o', 'jsonpath={.metadata.uid}')).trim();
    await kubelab('down');

    const data = path.join(room.folder, 'data');
    expect(await kubelab('store', 'restore', file, '--data', data)).to.match(
      /^\d+ objects restored; start: npx kubelab up --store lmdb --data /,
    );
    expect(await refused('store', 'restore', file, '--data', data)).to.match(
      /^3 error: cannot restore .*: restore: the store is not empty; restore into a new one/,
    );
    await room.up('--runtime', 'mock', '--data', data);
    expect(await kubelab('kubectl', 'get', 'configmap', 'kept', '-o', 'jsonpath={.metadata.uid}')).to.equal(uid);
    await kubelab('down');
  });

  const long = hasEtcd ? it : it.skip;
  (allTests ? long : () => {})(`fills an etcd${hasEtcd ? '' : `: ${withoutEtcd}`}`, async () => {
    const servers = await EtcdServers.start();
    try {
      const store = { plugin: 'etcd', options: { endpoints: servers.endpoints } };
      const file = path.join(room.folder, 'cluster.yaml');
      writeFileSync(file, JSON.stringify({ apiVersion: 'kubelab.dev/v1', kind: 'Cluster', spec: { store } }));
      expect(await kubelab('store', 'restore', path.join(room.folder, 'all.snapshot'), '-f', file)).to.match(
        /^\d+ objects restored; start: npx kubelab up --file /,
      );
      await room.up('--runtime', 'mock', '--file', file);
      expect(await kubelab('kubectl', 'get', 'configmap', 'kept', '-o', 'jsonpath={.data.a}')).to.match(/^b\n?$/);
      await kubelab('down');
    } finally {
      await servers.stop();
    }
  });

  it('refuses a snapshot that is not whole', async () => {
    const whole = readFileSync(path.join(room.folder, 'all.snapshot'), 'utf8');
    const cases: readonly (readonly [string, RegExp])[] = [
      [whole.split('\n').slice(0, -2).join('\n'), /is not a whole snapshot: its end is missing/],
      [whole.replace('"a":"b"', '"a":"c"'), /is not a whole snapshot: its lines were changed/],
      ['{"kind":"List"}\n', /is not a whole snapshot: its first line does not say kubelab\.dev\/snapshot\/v1/],
      [`${whole.slice(0, 300)}\n`, /is not a whole snapshot: line \d+ is not JSON/],
    ];
    for (const [at, [text, message]] of cases.entries()) {
      const file = path.join(room.folder, `broken-${at}.snapshot`);
      writeFileSync(file, text);
      expect(await refused('store', 'restore', file, '--data', path.join(room.folder, 'other'))).to.match(message);
    }
    expect(await refused('store', 'restore', 'nowhere', '--data', 'x')).to.match(
      /^3 error: cannot read nowhere: ENOENT/,
    );
    expect(await refused('store', 'restore', path.join(room.folder, 'all.snapshot'))).to.match(
      /^2 error: store restore wants a folder/,
    );
  });
});
