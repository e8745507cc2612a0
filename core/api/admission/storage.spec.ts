// The admission plugins of storage, on a whole API server.

import { expect } from 'chai';
import { MemoryStore } from '../../../plugins/store-memory/memory-store.ts';
import { Namespaces } from '../../model/namespace.ts';
import { PersistentVolumes } from '../../model/persistent-volume.ts';
import { PersistentVolumeClaims } from '../../model/persistent-volume-claim.ts';
import type { ApiError } from '../../model/status.ts';
import { StorageClasses } from '../../model/storage-class.ts';
import { ControlPlane } from '../../testing/control-plane.ts';
import { SeededRandom } from '../../time/random.ts';
import { VirtualClock } from '../../time/virtual-clock.ts';
import { standardAdmission } from './index.ts';

describe('admission of storage', () => {
  let plane: ControlPlane;

  beforeEach(async () => {
    const clock = new VirtualClock();
    const store = new MemoryStore(clock);
    plane = new ControlPlane(store, clock, 1, standardAdmission(store, new SeededRandom(1)));
    await plane.client.of(Namespaces).create({ metadata: { name: 'default' } });
  });
  afterEach(() => plane.stop());

  const claims = () => plane.client.of(PersistentVolumeClaims).in('default');
  const claim = (name: string, spec: object = {}) =>
    claims().create({
      metadata: { name },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
    });
  const storageClass = (name: string, isDefault: boolean, more: object = {}) =>
    plane.client.of(StorageClasses).create({
      metadata: {
        name,
        ...(isDefault && { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }),
      },
      provisioner: 'example.com/disks',
      ...more,
    });
  const message = (promise: Promise<unknown>) => promise.catch((error: ApiError) => `${error.code} ${error.message}`);

  it('gives the default class to claims that name none', async () => {
    expect((await claim('early')).spec).not.to.have.property('storageClassName');
    await storageClass('slow', false);
    await storageClass('fast', true);
    expect((await claim('silent')).spec.storageClassName).to.equal('fast');
    expect((await claim('none', { storageClassName: '' })).spec.storageClassName).to.equal('');
    expect((await claim('slow', { storageClassName: 'slow' })).spec.storageClassName).to.equal('slow');
  });

  it('protects claims and volumes from their birth', async () => {
    expect((await claim('data')).metadata.finalizers).to.deep.equal(['kubernetes.io/pvc-protection']);
    const volume = await plane.client.of(PersistentVolumes).create({
      metadata: { name: 'disk', finalizers: ['example.com/mine'] },
      spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/tmp/disk' } },
    });
    expect(volume.metadata.finalizers).to.deep.equal(['example.com/mine', 'kubernetes.io/pv-protection']);
    const going = await claims().delete('data');
    expect(going.metadata).to.have.property('deletionTimestamp');
  });

  it('lets a bound claim grow where its class allows that', async () => {
    await storageClass('rubber', false, { allowVolumeExpansion: true });
    await storageClass('steel', false);
    for (const name of ['rubber', 'steel']) {
      const made = await claim(name, { storageClassName: name, volumeName: `disk-${name}` });
      await claims().status.update({ ...made, status: { phase: 'Bound', capacity: { storage: '1Gi' } } });
    }
    await claim('pending', { storageClassName: 'rubber' });
    const grow = (name: string) => claims().patch(name, { spec: { resources: { requests: { storage: '2Gi' } } } });
    expect(await grow('rubber')).to.have.nested.property('spec.resources.requests.storage', '2Gi');
    expect(await message(grow('steel'))).to.equal(
      '403 persistentvolumeclaims "steel" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    );
    expect(await message(grow('pending'))).to.match(/^422 .*spec: Forbidden: spec is immutable after creation/);
  });
});
