// Volumes: local disks on two nodes, and pods that find their way to them, as a user of kubectl meets it.

import { expect } from 'chai';
import { stringify } from 'yaml';
import { allTests } from '../../../core/testing/runs.ts';
import { TestCluster } from './harness.ts';
import { Kubectl } from './kubectl.ts';
import { eventually } from './run.ts';

const kind = (apiVersion: string, kind: string, name: string, more: object) =>
  stringify({ apiVersion, kind, metadata: { name }, ...more });

const storageClass = kind('storage.k8s.io/v1', 'StorageClass', 'local', {
  provisioner: 'kubernetes.io/no-provisioner',
  volumeBindingMode: 'WaitForFirstConsumer',
});

const disk = (name: string, storage: string, node: string) =>
  kind('v1', 'PersistentVolume', name, {
    spec: {
      capacity: { storage },
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'local',
      local: { path: `/mnt/${name}` },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] },
          ],
        },
      },
    },
  });

const claim = (name: string, storage: string) =>
  kind('v1', 'PersistentVolumeClaim', name, {
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'local', resources: { requests: { storage } } },
  });

const pod = (name: string, claimName: string) =>
  kind('v1', 'Pod', name, {
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'main', image: 'nginx', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }],
    },
  });

describe('volumes', function () {
  this.timeout(120_000);
  let cluster: TestCluster;
  let kubectl: Kubectl;

  for (const scheduler of allTests ? ['default', 'resource-fit', 'round-robin'] : ['default']) {
    it(`a pod lands where its volume is, with the scheduler ${scheduler}`, async () => {
      cluster = await TestCluster.start(['--nodes', '2', '--runtime', 'mock', '--scheduler', scheduler]);
      try {
        kubectl = Kubectl.any(cluster);
        await live();
      } finally {
        await cluster.destroy();
      }
    });
  }

  const phase = async (name: string) => (await kubectl.json('get', 'pvc', name)).status.phase;
  const nodeOf = (name: string) =>
    eventually(`pod ${name} runs`, async () => {
      const { spec, status } = await kubectl.json('get', 'pod', name);
      return status.phase === 'Running' ? spec.nodeName : undefined;
    });

  async function live(): Promise<void> {
    const files = [storageClass, disk('big', '10Gi', 'node-2'), disk('small', '1Gi', 'node-1')];
    await kubectl.apply([...files, claim('much', '5Gi'), claim('little', '1Gi')].join('---\n'));
    await eventually('the claim says what it waits for', async () => {
      const told = await kubectl.run('describe', 'pvc', 'little');
      return /WaitForFirstConsumer.*waiting for first consumer to be created before binding/.test(told) || undefined;
    });
    expect(await phase('little')).to.equal('Pending');

    // The first pod finds one disk that is big enough, and leaves one for the second.
    await kubectl.apply(pod('reads-much', 'much'));
    expect(await nodeOf('reads-much')).to.equal('node-2');
    await kubectl.apply(pod('reads-little', 'little'));
    expect(await nodeOf('reads-little')).to.equal('node-1');
    const table = await kubectl.run('get', 'pv');
    expect(table).to.match(/big +10Gi +RWO +Retain +Bound +default\/much +local/);
    expect(table).to.match(/small +1Gi +RWO +Retain +Bound +default\/little +local/);

    // A third pod finds no disk left, and says so.
    await kubectl.apply([claim('more', '1Gi'), pod('reads-more', 'more')].join('---\n'));
    await eventually('the pod that finds no disk says so', async () => {
      const told = await kubectl.run('describe', 'pod', 'reads-more');
      return told.includes("2 node(s) didn't find available persistent volumes to bind") || undefined;
    });

    // A claim in use stays until its pod is gone; its volume is kept, and what is on it.
    await kubectl.run('delete', 'pvc', 'little', '--wait=false');
    expect(await kubectl.run('get', 'pvc', 'little')).to.match(/little +Terminating +small/);
    await kubectl.run('delete', 'pod', 'reads-little');
    await eventually('the claim is gone, its volume released', async () => {
      const { items } = await kubectl.json('get', 'pvc');
      const names = items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
      const { status } = await kubectl.json('get', 'pv', 'small');
      return (!names.includes('little') && status.phase === 'Released') || undefined;
    });

    // Another disk comes: the pod that waits goes there.
    await kubectl.apply(disk('late', '1Gi', 'node-2'));
    expect(await nodeOf('reads-more')).to.equal('node-2');
    expect(await phase('more')).to.equal('Bound');
  }
});
