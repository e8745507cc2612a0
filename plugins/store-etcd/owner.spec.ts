// Whose objects an etcd holds: what this cluster has not written is neither changed nor hidden, and the message names it.

import { expect } from 'chai';
import { RealClock } from '../../core/time/real-clock.ts';
import { connect } from './connect.ts';
import { EtcdServers, hasEtcd, withoutEtcd } from './etcd-server.fixture.ts';
import { EtcdStore } from './etcd-store.ts';
import type { Etcd } from './etcd-stream.ts';

describe('an etcd that holds something else', function () {
  this.timeout(60_000);
  if (!hasEtcd) return void it.skip(withoutEtcd);
  let servers: EtcdServers;
  let etcd: Etcd;
  const stores: EtcdStore[] = [];
  const opened = (root: string, cluster?: string): EtcdStore => {
    const store = new EtcdStore(connect({ endpoints: servers.endpoints, root }), new RealClock(), cluster);
    stores.push(store);
    return store;
  };
  const write = (key: string, value: string) =>
    etcd.client.kv.put({ key: Buffer.from(key), value: Buffer.from(value) });
  const read = async (key: string) => (await etcd.client.get(key).buffer())?.toString('latin1');
  const messageOf = (asked: Promise<unknown>): Promise<string> =>
    asked.then(
      () => 'it was answered',
      (error: Error) => error.message,
    );

  before(async () => {
    servers = await EtcdServers.start();
    etcd = connect({ endpoints: servers.endpoints });
  });
  after(async () => {
    for (const store of stores) await store.close();
    etcd?.client.close();
    await servers?.stop();
  });

  it('is refused when that is a real Kubernetes, and left as it is', async () => {
    const key = '/real/registry/configmaps/kube-system/kubeadm-config';
    await write(key, 'k8s\0\n\x0f\n\x02v1\x12\tConfigMap');
    const store = opened('/real');
    const wanted = `etcd at ${servers.endpoints} holds the objects of a real Kubernetes: ${key} is one, in protobuf. They stay as they are; `;
    expect(await messageOf(store.list('/')))
      .to.include(wanted)
      .and.to.include('option prefix');
    expect(await messageOf(store.put('/registry/a', {}))).to.include(wanted);
    expect(await messageOf(store.restore([]))).to.include(wanted);
    expect(await read(key)).to.match(/^k8s\0/);
    expect(await read('kubelab.dev/store/real')).to.equal(undefined);
  });

  it('is refused when nobody knows whose objects they are, until somebody says so', async () => {
    await write('/unknown/registry/configmaps/default/a', '{"kind":"ConfigMap"}');
    const message = await messageOf(opened('/unknown').count('/'));
    expect(message).to.include('holds /unknown/registry/configmaps/default/a, which this cluster has not written');
    const [, key = '', mark = ''] = /etcdctl put (\S+) '(.*)'/.exec(message) ?? [];
    await write(key, mark);
    expect(await opened('/unknown').count('/')).to.equal(1);
  });

  it('is refused when it is another cluster’s, or of another version, and this one’s is found again', async () => {
    await opened('/shared', 'one').put('/registry/a', { n: 1 });
    expect(await messageOf(opened('/shared', 'two').count('/'))).to.match(
      /holds the objects of cluster one below \/shared\/registry, not of two: start with --name one, or give store-etcd /,
    );
    expect((await opened('/shared', 'one').get('/registry/a'))?.value).to.deep.equal({ n: 1 });
    await write('kubelab.dev/store/later', '{"format":2,"cluster":"kubelab"}');
    expect(await messageOf(opened('/later').count('/'))).to.match(
      /another version of Kubelab has written \(format 2, this one knows 1\)/,
    );
  });

  it('shows each cluster its own keys only, whatever the others are called', async () => {
    await opened('/a').put('/registry/x', {});
    await opened('/ab').put('/registry/y', {});
    const { items } = await opened('/a').list('');
    expect(items.map(({ key }) => key)).to.deep.equal(['/registry/x']);
    expect(await opened('/a').count('')).to.equal(1);
  });

  it('names a key that somebody has spoiled, does not write over it, and goes on when it is put right', async () => {
    const store = opened('/spoiled');
    const good = await store.put('/registry/pods/default/good', { n: 1 });
    const failed = new Promise<Error>((resolve) => {
      store.watch('/registry/pods/', { after: good.modRevision }).subscribe({ error: resolve });
    });
    const bad = '/registry/pods/default/bad';
    await write(`/spoiled${bad}`, 'k8s\0...');
    const why =
      /^etcd holds an object of a real Kubernetes, in protobuf, under \/spoiled\/registry\/pods\/default\/bad that Kubelab has not written and cannot read; look at it \(etcdctl get /;
    expect((await failed).message).to.match(why);
    expect(await messageOf(store.list('/registry/pods/'))).to.match(why);
    expect(await messageOf(store.put(bad, {}, { expect: 0 }))).to.match(why);
    expect(await read(`/spoiled${bad}`)).to.match(/^k8s\0/);
    const { revision } = await store.list('/registry/pods/default/g');
    await etcd.client.delete().key(`/spoiled${bad}`);
    const relisted = new Promise<Error>((resolve) => {
      store.watch('/registry/pods/', { after: revision }).subscribe({ error: resolve });
    });
    expect((await relisted).name).to.equal('Compacted');
    expect((await store.list('/registry/pods/')).items).to.deep.equal([good]);
  });
});
