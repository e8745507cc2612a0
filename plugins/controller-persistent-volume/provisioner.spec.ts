// A provisioner as a plugin of its own, in a whole cluster: it is found by the class that names it.

import { expect } from 'chai';
import { createCluster } from '../../core/cluster/cluster.ts';
import { plugin } from '../../core/cluster/plugin.ts';
import { VolumeProvisioner } from '../../core/contracts/volume-provisioner.ts';
import { Pods } from '../../core/model/pod.ts';
import { VirtualClock } from '../../core/time/virtual-clock.ts';
import { runtimeMock } from '../runtime-mock/plugin.ts';
import { schedulerDefault } from '../scheduler-default/plugin.ts';
import { standardControllers } from '../standard.ts';
import { storeMemory } from '../store-memory/plugin.ts';
import { Storage } from './world.fixture.ts';

class Folders implements VolumeProvisioner {
  readonly name = 'example.com/folders';
  readonly folders = new Set<string>();

  async provision({ volumeName, node }: Parameters<VolumeProvisioner['provision']>[0]) {
    this.folders.add(`${volumeName.slice(0, 4)} on ${node?.metadata.name}`);
    return { hostPath: { path: `/tmp/${volumeName}` } };
  }

  async delete() {
    this.folders.clear();
  }
}

describe('a provisioner as a plugin', () => {
  it('makes the volume of a pod, and takes it away after the claim', async () => {
    const made = new Folders();
    const provisioner = plugin({
      name: 'provisioner-folders',
      description: 'volumes that are folders',
      provides: [VolumeProvisioner],
      bind: ({ bind }) => bind(VolumeProvisioner).toResolvedValue(() => made),
    });
    const clock = new VirtualClock();
    const plugins = [storeMemory(), schedulerDefault(), ...standardControllers(), runtimeMock(), provisioner()];
    const whileTimePasses = async <T>(work: Promise<T>): Promise<T> => {
      let open = true;
      work.finally(() => {
        open = false;
      });
      while (open) await clock.advance(10);
      return work;
    };
    const cluster = await whileTimePasses(createCluster({ plugins, nodes: 2, clock, seed: 'folders' }));
    const client = cluster.client();
    const storage = new Storage(client);
    await storage.storageClass('folders', 'example.com/folders', { volumeBindingMode: 'WaitForFirstConsumer' });
    await storage.claim('data', '1Gi', { storageClassName: 'folders' });
    const pods = client.of(Pods).in('default');
    await whileTimePasses(
      pods.create({
        metadata: { name: 'web' },
        spec: {
          containers: [{ name: 'web', image: 'nginx', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
          volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
        },
      }),
    );
    await clock.advance(5000);
    const { spec, status } = await pods.get('web');
    expect(status?.phase).to.equal('Running');
    expect([...made.folders]).to.deep.equal([`pvc- on ${spec.nodeName}`]);

    await storage.claims.delete('data');
    await clock.advance(5000);
    expect(await storage.stateOf('data')).to.match(/^Bound/);
    await pods.delete('web', { gracePeriodSeconds: 0 });
    await clock.advance(5000);
    expect((await storage.claims.list()).items).to.deep.equal([]);
    expect((await storage.volumes.list()).items).to.deep.equal([]);
    expect(made.folders.size).to.equal(0);
    await whileTimePasses(cluster.stop());
  });
});
