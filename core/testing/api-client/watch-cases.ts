// Watches: order, resumption, selection, the end.

import { expect } from 'chai';
import { Pods } from '../../model/pod.ts';
import { ApiError } from '../../model/status.ts';
import { configMap, pod, type Room, until } from './room.ts';

export function watchCases(room: Room): void {
  it('tell what changes after a revision, in order', async () => {
    const { resourceVersion } = (await room.configMaps.list()).metadata;
    const watcher = room.watch(room.configMaps, { resourceVersion });
    await room.configMaps.create(configMap('a'));
    await room.configMaps.patch('a', { data: { x: '1' } });
    const before = await room.configMaps.get('a');
    await room.configMaps.delete('a');
    expect(await watcher.take(3)).to.deep.equal(['ADDED a', 'MODIFIED a', 'DELETED a']);
    const versions = watcher.events.map(({ object }) => Number(object.metadata.resourceVersion));
    expect(versions).to.deep.equal([...new Set(versions)].sort((a, b) => a - b));
    expect(versions[2]).to.be.greaterThan(Number(before.metadata.resourceVersion));
    expect(watcher.events[2]?.object).to.deep.include({ data: { x: '1' } });
  });

  it('begin with what there is when no revision is given', async () => {
    await room.configMaps.create(configMap('a', {}, { mine: '1' }));
    const watcher = room.watch(room.configMaps, { labelSelector: 'mine' });
    expect(await watcher.take(1)).to.deep.equal(['ADDED a']);
    await room.configMaps.create(configMap('b', {}, { mine: '1' }));
    expect(await watcher.take(2)).to.deep.equal(['ADDED a', 'ADDED b']);
  });

  it('resume after any event without gap or repeat', async () => {
    const { resourceVersion } = (await room.configMaps.list()).metadata;
    const whole = room.watch(room.configMaps, { resourceVersion });
    for (const name of ['a', 'b', 'c']) await room.configMaps.create(configMap(name));
    await room.configMaps.delete('b');
    const told = await whole.take(4);
    for (const [i, { object }] of whole.events.slice(0, 3).entries()) {
      const again = room.watch(room.configMaps, { resourceVersion: object.metadata.resourceVersion });
      expect(await again.take(3 - i)).to.deep.equal(told.slice(i + 1));
    }
  });

  it('turn changes into ADDED and DELETED when an object begins or ceases to match', async () => {
    const { resourceVersion } = (await room.configMaps.list()).metadata;
    const watcher = room.watch(room.configMaps, { resourceVersion, labelSelector: 'app=web' });
    await room.configMaps.create(configMap('a'));
    await room.configMaps.patch('a', { metadata: { labels: { app: 'web' } } });
    await room.configMaps.patch('a', { data: { x: '1' } });
    await room.configMaps.patch('a', { metadata: { labels: { app: 'db' } } });
    await room.configMaps.delete('a');
    await room.configMaps.create(configMap('b', {}, { app: 'web' }));
    expect(await watcher.take(4)).to.deep.equal(['ADDED a', 'MODIFIED a', 'DELETED a', 'ADDED b']);
  });

  it('select by an indexed field, across its changes', async () => {
    const pods = room.client.of(Pods).in(room.namespace);
    const { resourceVersion } = (await pods.list()).metadata;
    const watchers = ['node-1', 'node-2'].map((node) =>
      room.watch(pods, { resourceVersion, fieldSelector: `spec.nodeName=${node}` }),
    );
    await pods.create(pod('a'));
    await pods.create(pod('b', { nodeName: 'node-2' }));
    await pods.post('a', 'binding', { metadata: { name: 'a' }, target: { kind: 'Node', name: 'node-1' } });
    expect(await watchers[0]?.take(1)).to.deep.equal(['ADDED a']);
    expect(await watchers[1]?.take(1)).to.deep.equal(['ADDED b']);
  });

  it('see one object by its name', async () => {
    const { resourceVersion } = (await room.configMaps.list()).metadata;
    const watcher = room.watch(room.configMaps, { resourceVersion, fieldSelector: 'metadata.name=b' });
    for (const name of ['a', 'b', 'c']) await room.configMaps.create(configMap(name));
    await room.configMaps.delete('b');
    expect(await watcher.take(2)).to.deep.equal(['ADDED b', 'DELETED b']);
  });

  it('do not mix namespaces', async () => {
    const { resourceVersion } = (await room.configMaps.list()).metadata;
    const elsewhere = room.watch(room.client.of(Pods).in('default'), { resourceVersion });
    const here = room.watch(room.client.of(Pods).in(room.namespace), { resourceVersion });
    await room.client.of(Pods).in(room.namespace).create(pod('a'));
    await here.take(1);
    expect(elsewhere.events.filter(({ object }) => object.metadata.namespace === room.namespace)).to.deep.equal([]);
  });

  it('mark the end of what there is, when asked for', async () => {
    await room.configMaps.create(configMap('a'));
    const watcher = room.watch(room.configMaps, { sendInitialEvents: true, allowWatchBookmarks: true });
    await until(() => watcher.events.some(({ type }) => type === 'BOOKMARK'));
    const at = watcher.events.findIndex(({ type }) => type === 'BOOKMARK');
    const { metadata } = watcher.events[at]?.object ?? {};
    expect(metadata?.annotations).to.deep.equal({ 'k8s.io/initial-events-end': 'true' });
    expect(Number(metadata?.resourceVersion)).to.be.greaterThan(0);
    expect(watcher.events.slice(0, at).map(({ object }) => object.metadata.name)).to.include('a');
  });

  it('deliver on a later tick than the write', async () => {
    const { resourceVersion } = (await room.configMaps.list()).metadata;
    const watcher = room.watch(room.configMaps, { resourceVersion });
    const write = room.configMaps.create(configMap('a'));
    expect(watcher.events).to.deep.equal([]);
    await write;
    expect(await watcher.take(1)).to.deep.equal(['ADDED a']);
  });

  it('complete when their time is over', async () => {
    const { resourceVersion } = (await room.configMaps.list()).metadata;
    const watcher = room.watch(room.configMaps, { resourceVersion, timeoutSeconds: 1 });
    await until(() => watcher.completed);
    expect(watcher.error).to.equal(undefined);
  });

  it('end in 410 Expired when their revision is compacted', async function () {
    if (!room.compact) return this.skip();
    const { resourceVersion } = (await room.configMaps.list()).metadata;
    for (let n = 0; n < 3; n += 1) await room.configMaps.create(configMap(`a-${n}`));
    await room.compact();
    const watcher = room.watch(room.configMaps, { resourceVersion: '1' });
    await until(() => watcher.error !== undefined);
    expect(watcher.error).to.be.instanceOf(ApiError);
    expect(watcher.error).to.include({ code: 410, reason: 'Expired' });
    expect((watcher.error as ApiError).message).to.match(/^too old resource version: 1 \(\d+\)$/);
    const { resourceVersion: now } = (await room.configMaps.list()).metadata;
    expect(Number(now)).to.be.greaterThan(Number(resourceVersion));
  });
}
