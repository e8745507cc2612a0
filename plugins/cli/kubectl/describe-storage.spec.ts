// Volumes, claims and storage classes, told by the built-in kubectl as by the real one.

import { expect } from 'chai';
import { KubectlWorld, type Outcome } from './cluster.fixture.ts';

const storage = `apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: plain}
provisioner: kubernetes.io/no-provisioner
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: rich, annotations: {storageclass.kubernetes.io/is-default-class: "true", note: a}}
provisioner: example.com/disks
parameters: {type: ssd, zone: b}
allowVolumeExpansion: true
mountOptions: [ro, soft]
reclaimPolicy: Retain
volumeBindingMode: WaitForFirstConsumer
allowedTopologies:
- matchLabelExpressions:
  - {key: topology.kubernetes.io/zone, values: [a, b]}
  - {key: disk, values: [ssd]}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: local, labels: {tier: gold}}
spec:
  capacity: {storage: 5Gi}
  accessModes: [ReadWriteOnce, ReadOnlyMany]
  local: {path: /mnt/disk}
  nodeAffinity:
    required:
      nodeSelectorTerms:
      - matchExpressions:
        - {key: kubernetes.io/hostname, operator: In, values: [node-1, node-2]}
        - {key: disk, operator: Exists}
      - matchExpressions:
        - {key: kubernetes.io/hostname, operator: NotIn, values: [node-3]}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: host}
spec:
  capacity: {storage: 1.5Gi}
  accessModes: [ReadWriteMany]
  hostPath: {path: /tmp/a}
  claimRef: {namespace: default, name: else}
  storageClassName: plain
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: driver}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOncePod]
  persistentVolumeReclaimPolicy: Delete
  volumeMode: Block
  csi: {driver: example.com, volumeHandle: v-1, volumeAttributes: {b: "2", a: "1"}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadOnlyMany], resources: {requests: {storage: 1Gi}}, storageClassName: ""}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: waits}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: main, image: nginx}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
`;

const commands = [
  'get sc,pv,pvc',
  'get pv,pvc -o wide',
  'describe sc',
  'describe pv local',
  'describe pv host',
  'describe pv driver',
  'describe pvc data',
  'describe pvc waits',
  'delete pvc data --wait=false --dry-run=server',
];

const tidied = ({ code, out, err }: Outcome): string =>
  `${out}--\n${err}exit code ${code}`
    .replaceAll(/\b(\d+[smh])+( \(x\d+ over (\d+[smh])+\))?( +)?/g, 'AGE ')
    .replaceAll(/ +/g, ' ');

describe('built-in kubectl: storage', () => {
  let world: KubectlWorld;

  before(async () => {
    world = await KubectlWorld.start();
  });
  after(() => world.stop());

  it('says the same as the real one', async function () {
    this.timeout(60_000);
    const file = world.file('storage.yaml', storage);
    expect((await world.run(['apply', '-f', file])).err).to.equal('');
    const wanted = ['wait', 'pod/web', '--for=condition=Ready', '--timeout=20s'];
    if (!world.real) {
      console.log('      skipped: there is no kubectl on the PATH (https://kubernetes.io/docs/tasks/tools/)');
      return this.skip();
    }
    expect((await world.runReal(wanted)).out).to.equal('pod/web condition met\n');
    for (const command of commands) {
      const args = command.split(' ');
      const [ours, real] = await Promise.all([world.run(args), world.runReal(args)]);
      expect(tidied(ours), `kubectl ${command}`).to.equal(tidied(real));
    }
  });
});
