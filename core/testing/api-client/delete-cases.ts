// Deletion: at once, with grace, held back by finalizers, with what becomes of the dependents.

import { expect } from 'chai';
import type { ConfigMap } from '../../model/config-map.ts';
import { Namespaces } from '../../model/namespace.ts';
import { Pods } from '../../model/pod.ts';
import { configMap, pod, type Room, refused } from './room.ts';

export function deleteCases(room: Room): void {
  it('takes an object away and says which', async () => {
    const { metadata } = await room.configMaps.create(configMap('web'));
    const status = await room.configMaps.delete('web');
    expect(status).to.deep.include({ kind: 'Status', status: 'Success' });
    expect(status).to.have.deep.property('details', { name: 'web', kind: 'configmaps', uid: metadata.uid });
    await refused(room.configMaps.get('web'), 404, 'NotFound');
    await refused(room.configMaps.delete('web'), 404, 'NotFound');
  });

  it('keeps preconditions', async () => {
    const first = await room.configMaps.create(configMap('web'));
    await refused(room.configMaps.delete('web', { preconditions: { uid: 'other' } }), 409, 'Conflict');
    await room.configMaps.patch('web', { data: { a: '1' } });
    const { uid, resourceVersion } = first.metadata;
    await refused(room.configMaps.delete('web', { preconditions: { resourceVersion } }), 409, 'Conflict');
    await room.configMaps.delete('web', { preconditions: { uid } });
  });

  it('waits for finalizers', async () => {
    await room.configMaps.create({ metadata: { name: 'web', finalizers: ['example.com/a'] }, data: {} });
    const going = (await room.configMaps.delete('web')) as ConfigMap;
    expect(going.metadata.deletionTimestamp).to.match(/Z$/);
    await refused(
      room.configMaps.patch('web', { metadata: { finalizers: ['example.com/a', 'example.com/b'] } }),
      422,
      'Invalid',
    );
    await room.configMaps.patch('web', { metadata: { finalizers: null } });
    await refused(room.configMaps.get('web'), 404, 'NotFound');
  });

  it('gives a pod on a node its grace period, and takes it with 0', async () => {
    const pods = room.client.of(Pods).in(room.namespace);
    await pods.create(pod('web', { nodeName: 'node-of-nobody' }));
    const watcher = room.watch(pods, { fieldSelector: 'metadata.name=web' });
    await watcher.take(1);
    const going = await pods.delete('web');
    expect(going.metadata).to.include({ deletionGracePeriodSeconds: 30 });
    const shorter = await pods.delete('web', { gracePeriodSeconds: 5 });
    expect(shorter.metadata).to.include({ deletionGracePeriodSeconds: 5 });
    const longer = await pods.delete('web', { gracePeriodSeconds: 60 });
    expect(longer.metadata).to.include({ deletionGracePeriodSeconds: 5 });
    await pods.delete('web', { gracePeriodSeconds: 0 });
    await refused(pods.get('web'), 404, 'NotFound');
    expect((await watcher.take(4)).at(-1)).to.equal('DELETED web');
  });

  it('takes a pod without a node at once', async () => {
    const pods = room.client.of(Pods).in(room.namespace);
    await pods.create(pod('web'));
    expect(await pods.delete('web')).to.include({ kind: 'Status' });
  });

  it('leaves word for the garbage collector', async () => {
    for (const [policy, finalizer] of [
      ['Foreground', 'foregroundDeletion'],
      ['Orphan', 'orphan'],
    ] as const) {
      await room.configMaps.create(configMap(`web-${finalizer.toLowerCase()}`));
      const name = `web-${finalizer.toLowerCase()}`;
      const going = (await room.configMaps.delete(name, { propagationPolicy: policy })) as ConfigMap;
      expect(going.metadata.finalizers).to.deep.equal([finalizer]);
      await room.configMaps.patch(name, { metadata: { finalizers: null } }).catch(() => undefined);
    }
  });

  it('takes what a list selects', async () => {
    for (const name of ['a', 'b', 'c']) {
      await room.configMaps.create(configMap(name, {}, { keep: name === 'b' ? 'yes' : 'no' }));
    }
    await room.configMaps.deleteCollection({ labelSelector: 'keep=no' });
    const left = await room.configMaps.list({ labelSelector: 'keep' });
    expect(left.items.map(({ metadata }) => metadata.name)).to.deep.equal(['b']);
  });

  it('refuses to take the namespaces that everything stands on', async () => {
    const error = await refused(room.client.of(Namespaces).delete('kube-system'), 403, 'Forbidden');
    expect(error.message).to.equal('namespaces "kube-system" is forbidden: this namespace may not be deleted');
  });

  it('lets nothing new into a namespace that is going', async () => {
    const namespaces = room.client.of(Namespaces);
    const name = `${room.namespace}-going`;
    await namespaces.create({ metadata: { name, finalizers: ['example.com/hold'] } });
    const going = await namespaces.delete(name);
    expect(going).to.have.nested.property('status.phase', 'Terminating');
    const error = await refused(room.client.of(Pods).in(name).create(pod('web')), 403, 'Forbidden');
    expect(error.message).to.equal(
      `pods "web" is forbidden: unable to create new content in namespace ${name} because it is being terminated`,
    );
    await namespaces.patch(name, { metadata: { finalizers: null } });
  });
}
