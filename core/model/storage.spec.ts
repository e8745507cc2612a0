// PersistentVolumes, claims and storage classes: rules, what must not change, defaults and tables, in Kubernetes' words.

import { expect } from 'chai';
import { builtinResources } from './index.ts';
import type { KubeObject } from './meta.ts';
import { PersistentVolumes } from './persistent-volume.ts';
import { PersistentVolumeClaims } from './persistent-volume-claim.ts';
import type { Resource } from './resource.ts';
import { born, metadata, row } from './row.fixture.ts';
import { change, samples } from './samples.fixture.ts';
import { defaultClassOf } from './storage.ts';
import { type StorageClass, StorageClasses } from './storage-class.ts';
import { validateObject, validateObjectUpdate } from './validation.ts';

const resourceOf = (plural: string): Resource => builtinResources.find((one) => one.plural === plural)!;
const modes = '"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"';

describe('storage kinds', () => {
  const wrong: [plural: string, path: string, value: unknown, message: string][] = [
    ['persistentvolumes', 'spec.accessModes', [], 'spec.accessModes: Required value'],
    [
      'persistentvolumes',
      'spec.accessModes',
      ['Sometimes'],
      `spec.accessModes: Unsupported value: "Sometimes": supported values: ${modes}`,
    ],
    [
      'persistentvolumes',
      'spec.accessModes',
      ['ReadWriteOncePod', 'ReadWriteOnce'],
      'spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes',
    ],
    ['persistentvolumes', 'spec.capacity', undefined, 'spec.capacity: Required value'],
    [
      'persistentvolumes',
      'spec.capacity',
      { storage: '1Gi', cpu: '1' },
      'spec.capacity: Unsupported value: map[string]string{"cpu":"1", "storage":"1Gi"}: supported values: "storage"',
    ],
    [
      'persistentvolumes',
      'spec.capacity.storage',
      '0',
      'spec.capacity[storage]: Invalid value: "0": must be greater than zero',
    ],
    ['persistentvolumes', 'spec.local', undefined, 'spec: Required value: must specify a volume type'],
    [
      'persistentvolumes',
      'spec.hostPath',
      { path: '/a' },
      'spec.local: Forbidden: may not specify more than 1 volume type',
    ],
    ['persistentvolumes', 'spec.local.path', '', 'spec.local.path: Required value'],
    [
      'persistentvolumes',
      'spec.local.path',
      '/a/../b',
      `spec.local.path: Invalid value: "/a/../b": must not contain '..'`,
    ],
    [
      'persistentvolumes',
      'spec.nodeAffinity',
      undefined,
      'spec.nodeAffinity: Required value: Local volume requires node affinity',
    ],
    [
      'persistentvolumes',
      'spec.nodeAffinity',
      {},
      'spec.nodeAffinity.required: Required value: must specify required node constraints',
    ],
    [
      'persistentvolumes',
      'spec.persistentVolumeReclaimPolicy',
      'Burn',
      'spec.persistentVolumeReclaimPolicy: Unsupported value: "Burn": supported values: "Delete", "Recycle", "Retain"',
    ],
    [
      'persistentvolumes',
      'spec.volumeMode',
      'Tape',
      'spec.volumeMode: Unsupported value: "Tape": supported values: "Block", "Filesystem"',
    ],
    [
      'persistentvolumeclaims',
      'spec.accessModes',
      undefined,
      'spec.accessModes: Required value: at least 1 access mode is required',
    ],
    ['persistentvolumeclaims', 'spec.resources', undefined, 'spec.resources[storage]: Required value'],
    [
      'persistentvolumeclaims',
      'spec.resources.requests.storage',
      '0',
      'spec.resources[storage]: Invalid value: "0": must be greater than zero',
    ],
    [
      'persistentvolumeclaims',
      'spec.storageClassName',
      'Fast!',
      'spec.storageClassName: Invalid value: "Fast!": a lowercase RFC 1123 subdomain',
    ],
    ['storageclasses', 'provisioner', '', 'provisioner: Required value'],
    ['storageclasses', 'provisioner', 'a b', 'provisioner: Invalid value: "a b": name part must consist of'],
    [
      'storageclasses',
      'reclaimPolicy',
      'Recycle',
      'reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"',
    ],
    [
      'storageclasses',
      'volumeBindingMode',
      'Later',
      'volumeBindingMode: Unsupported value: "Later": supported values: "Immediate", "WaitForFirstConsumer"',
    ],
  ];
  for (const [plural, path, value, message] of wrong) {
    it(`${plural}: ${path} = ${JSON.stringify(value) ?? 'nothing'}`, () => {
      const found = validateObject(resourceOf(plural), change(samples[plural]!, path, value));
      const lines = found.map((problem) => `${problem.field}: ${problem.message}`);
      expect(
        lines.some((line) => line.startsWith(message)),
        lines.join('\n'),
      ).to.equal(true);
    });
  }

  const update = (plural: string, path: string, value: unknown, from: KubeObject = samples[plural]!): string[] =>
    validateObjectUpdate(resourceOf(plural), change(from, path, value), from).map(
      ({ field, message }) => `${field}: ${message}`,
    );

  it('keeps the source of a volume, and what it is', () => {
    expect(update('persistentvolumes', 'spec.local.path', '/else')).to.deep.equal([
      'spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation',
    ]);
    expect(update('persistentvolumes', 'spec.volumeMode', 'Block')).to.deep.equal([
      'volumeMode: Invalid value: "Block": field is immutable',
    ]);
    expect(update('persistentvolumes', 'spec.nodeAffinity', undefined)[0]).to.contain('field is immutable');
    for (const path of ['spec.persistentVolumeReclaimPolicy', 'spec.storageClassName', 'spec.claimRef'])
      expect(update('persistentvolumes', path, undefined), path).to.deep.equal([]);
  });

  it('keeps a claim as it is, but for its volume once, and growth', () => {
    const claim = samples.persistentvolumeclaims!;
    const immutable =
      'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
    expect(update('persistentvolumeclaims', 'spec.accessModes', ['ReadWriteMany'])).to.deep.equal([immutable]);
    expect(update('persistentvolumeclaims', 'spec.resources.requests.storage', '6Gi')).to.deep.equal([immutable]);
    expect(update('persistentvolumeclaims', 'spec.storageClassName', 'else')).to.deep.equal([immutable]);
    expect(update('persistentvolumeclaims', 'spec.volumeName', 'disk')).to.deep.equal([]);
    const bound = change(change(claim, 'spec.volumeName', 'disk'), 'status', {
      phase: 'Bound',
      capacity: { storage: '5Gi' },
    });
    expect(update('persistentvolumeclaims', 'spec.volumeName', 'other', bound)).to.deep.equal([immutable]);
    expect(update('persistentvolumeclaims', 'spec.resources.requests.storage', '6Gi', bound)).to.deep.equal([]);
    expect(update('persistentvolumeclaims', 'spec.resources.requests.storage', '4Gi', bound)).to.deep.equal([
      'spec.resources.requests.storage: Forbidden: field can not be less than status.capacity',
    ]);
    const silent = change(claim, 'spec.storageClassName', undefined);
    expect(update('persistentvolumeclaims', 'spec.storageClassName', 'standard', silent)).to.deep.equal([]);
  });

  it('keeps a class: volumes were made by it', () => {
    expect(update('storageclasses', 'provisioner', 'example.com/disks')).to.deep.equal([
      'provisioner: Forbidden: updates to provisioner are forbidden.',
    ]);
    expect(update('storageclasses', 'parameters', { type: 'ssd' })).to.deep.equal([
      'parameters: Forbidden: updates to parameters are forbidden.',
    ]);
    expect(update('storageclasses', 'volumeBindingMode', 'Immediate')).to.deep.equal([
      'volumeBindingMode: Invalid value: "Immediate": field is immutable',
    ]);
    expect(update('storageclasses', 'allowVolumeExpansion', true)).to.deep.equal([]);
  });

  it("fills in Kubernetes' defaults", () => {
    const v1 = { apiVersion: 'v1', metadata };
    const spec = { capacity: { storage: '0.5Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/a' } };
    const volume = PersistentVolumes.prepareForCreate!(
      PersistentVolumes.default!({ ...v1, kind: 'PersistentVolume', spec }),
    );
    expect(volume.spec).to.deep.equal({
      ...spec,
      capacity: { storage: '512Mi' },
      hostPath: { path: '/a', type: '' },
      persistentVolumeReclaimPolicy: 'Retain',
      volumeMode: 'Filesystem',
    });
    expect(volume.status).to.deep.equal({ phase: 'Pending', lastPhaseTransitionTime: born });
    const claim = PersistentVolumeClaims.default!({ ...v1, kind: 'PersistentVolumeClaim', spec: {} });
    expect(claim.spec).to.deep.equal({ volumeMode: 'Filesystem' });
    expect(StorageClasses.default!({ ...v1, kind: 'StorageClass', provisioner: 'a' })).to.include({
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'Immediate',
    });
  });

  it('in tables', () => {
    const { spec } = samples.persistentvolumes as { spec?: object };
    const claimRef = { namespace: 'default', name: 'data' };
    expect(row(PersistentVolumes, { metadata, spec: { ...spec, claimRef }, status: { phase: 'Bound' } })).to.equal(
      'web  10Gi  RWO  Retain  Bound  default/data  local  <unset>    5m12s',
    );
    const going = { ...metadata, deletionTimestamp: born };
    expect(row(PersistentVolumes, { metadata: going, spec, status: { phase: 'Available' } })).to.equal(
      'web  10Gi  RWO  Retain  Terminating    local  <unset>    5m12s',
    );
    const wish = { accessModes: ['ReadOnlyMany', 'ReadWriteOnce'], storageClassName: 'local', volumeMode: 'Block' };
    expect(row(PersistentVolumeClaims, { metadata, spec: wish, status: { phase: 'Pending' } }, true)).to.equal(
      'web  Pending        local  <unset>  5m12s  Block',
    );
    const status = { phase: 'Bound', accessModes: wish.accessModes, capacity: { storage: '10Gi' } };
    expect(row(PersistentVolumeClaims, { metadata, spec: { ...wish, volumeName: 'disk' }, status })).to.equal(
      'web  Bound  disk  10Gi  RWO,ROX  local  <unset>  5m12s',
    );
    const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
    expect(row(StorageClasses, { metadata: { ...metadata, annotations }, provisioner: 'example.com/disks' })).to.equal(
      'web (default)  example.com/disks  Delete  Immediate  false  5m12s',
    );
  });

  it('of several default classes the newest counts, then the first by name', () => {
    const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
    const make = (name: string, creationTimestamp: string, isDefault = true) =>
      ({
        metadata: { name, uid: name, creationTimestamp, ...(isDefault && { annotations }) },
        provisioner: 'a',
      }) as unknown as StorageClass;
    const [old, b, a] = [make('old', '2026-01-01T00:00:00Z'), make('b', born), make('a', born)];
    expect(defaultClassOf([old, b, a, make('new', '2027-01-01T00:00:00Z', false)])).to.equal(a);
    expect(defaultClassOf([make('none', born, false)])).to.equal(undefined);
  });
});
