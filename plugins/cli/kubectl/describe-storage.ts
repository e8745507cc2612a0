// kubectl describe persistentvolume, persistentvolumeclaim, storageclass.

import type { NodeSelectorRequirement } from '../../../core/model/affinity.ts';
import { age } from '../../../core/model/ages.ts';
import type { StringMap } from '../../../core/model/meta.ts';
import type { PersistentVolume, PersistentVolumeSpec } from '../../../core/model/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../../core/model/persistent-volume-claim.ts';
import type { Pod } from '../../../core/model/pod.ts';
import { classOfClaim, classOfVolume, isDefaultClass, sizeText } from '../../../core/model/storage.ts';
import type { StorageClass } from '../../../core/model/storage-class.ts';
import { accessModesText } from '../../../core/model/storage-columns.ts';
import { claimNames } from '../../../core/volumes/claims-of.ts';
import { annotationLines, eventLines, inOneLine, labelLines, line, lineIf, multiline } from './describe-text.ts';
import type { AnyObject } from './records.ts';
import { pathOf } from './resource-types.ts';
import type { Session } from './session.ts';

/** As Go prints a list. */
const listText = (texts: readonly string[] = []): string => `[${texts.join(' ')}]`;

const statusOf = (session: Session, { metadata, status }: PersistentVolume | PersistentVolumeClaim): string =>
  metadata.deletionTimestamp === undefined
    ? (status?.phase ?? '')
    : `Terminating (lasts ${age(metadata.deletionTimestamp, session.clock.now())})`;

export async function describePersistentVolume(session: Session, volume: PersistentVolume): Promise<string> {
  const { metadata, spec, status } = volume;
  return [
    line('Name', metadata.name),
    labelLines('Labels', metadata.labels),
    annotationLines('Annotations', metadata.annotations),
    line('Finalizers', listText(metadata.finalizers)),
    line('StorageClass', classOfVolume(volume)),
    line('Status', statusOf(session, volume)),
    line('Claim', spec.claimRef ? `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : ''),
    line('Reclaim Policy', spec.persistentVolumeReclaimPolicy ?? ''),
    line('Access Modes', accessModesText(spec.accessModes)),
    lineIf('VolumeMode', spec.volumeMode),
    line('Capacity', sizeText(spec.capacity?.storage) || '0'),
    affinityLines(spec),
    line('Message', status?.message ?? ''),
    `Source:\n${sourceLines(spec)}`,
    await eventLines(session, volume as unknown as AnyObject),
  ].join('');
}

export async function describePersistentVolumeClaim(session: Session, claim: PersistentVolumeClaim): Promise<string> {
  const { metadata, spec, status } = claim;
  const isNamed = Boolean(spec.volumeName);
  const path = pathOf(await session.type('pods'), metadata.namespace);
  const { items = [] } = await session.server.get<{ items?: Pod[] }>(path, {});
  const users = items.filter((pod) => claimNames(pod).includes(metadata.name));
  return [
    line('Name', metadata.name),
    line('Namespace', metadata.namespace),
    line('StorageClass', classOfClaim(claim) ?? ''),
    line('Status', statusOf(session, claim)),
    line('Volume', spec.volumeName ?? ''),
    labelLines('Labels', metadata.labels),
    annotationLines('Annotations', metadata.annotations),
    line('Finalizers', listText(metadata.finalizers)),
    line('Capacity', isNamed ? sizeText(status?.capacity?.storage) || '0' : ''),
    line('Access Modes', isNamed ? accessModesText(status?.accessModes) : ''),
    lineIf('VolumeMode', spec.volumeMode),
    multiline(
      'Used By',
      users.map((pod) => pod.metadata.name),
    ),
    await eventLines(session, claim as unknown as AnyObject),
  ].join('');
}

export async function describeStorageClass(session: Session, storageClass: StorageClass): Promise<string> {
  const { metadata, provisioner, parameters, allowVolumeExpansion, mountOptions = [] } = storageClass;
  const options = mountOptions.map((option) => `  ${option}\n`).join('');
  return [
    line('Name', metadata.name),
    line('IsDefaultClass', isDefaultClass(storageClass) ? 'Yes' : 'No'),
    line('Annotations', inOneLine(metadata.annotations as StringMap | undefined)),
    line('Provisioner', provisioner),
    line('Parameters', inOneLine(parameters)),
    line('AllowVolumeExpansion', capital(allowVolumeExpansion)),
    options === '' ? line('MountOptions', '<none>') : `MountOptions:\n${options}`,
    line('ReclaimPolicy', storageClass.reclaimPolicy),
    line('VolumeBindingMode', storageClass.volumeBindingMode),
    topologyLines(storageClass),
    await eventLines(session, storageClass as unknown as AnyObject),
  ].join('');
}

const capital = (flag: boolean | undefined): string => (flag === undefined ? '<unset>' : flag ? 'True' : 'False');

function affinityLines({ nodeAffinity }: PersistentVolumeSpec): string {
  if (!nodeAffinity?.required) return line('Node Affinity', '<none>');
  const terms = nodeAffinity.required.nodeSelectorTerms.map(({ matchExpressions = [] }, at) => {
    const title = `    Term ${at}:\t`;
    return matchExpressions.length === 0
      ? `${title}<none>\n`
      : title + matchExpressions.map(requirementText).join('    \t');
  });
  return `Node Affinity:\t\n  Required Terms:\t\n${terms.join('')}`;
}

const requirementText = ({ key, operator, values = [] }: NodeSelectorRequirement): string =>
  `${key} ${operator.toLowerCase()}${values.length > 0 ? ` [${values.join(', ')}]` : ''}\n`;

function topologyLines({ allowedTopologies }: StorageClass): string {
  if (!allowedTopologies) return '';
  const terms = allowedTopologies.map(({ matchLabelExpressions = [] }, at) => {
    const texts = matchLabelExpressions.map(({ key, values }) => `${key} in [${values.join(', ')}]\n`);
    return `  Term ${at}:\t${texts.length === 0 ? '<none>\n' : texts.join('  \t')}`;
  });
  return `AllowedTopologies:\t\n${terms.join('')}`;
}

function sourceLines({ hostPath, local, nfs, csi }: PersistentVolumeSpec): string {
  const lines = (type: string, values: Readonly<Record<string, unknown>>) =>
    [`    Type:\t${type}\n`, ...Object.entries(values).map(([name, value]) => `    ${name}:\t${value}\n`)].join('');
  if (hostPath)
    return lines('HostPath (bare host directory volume)', {
      Path: hostPath.path,
      HostPathType: hostPath.type ?? '<none>',
    });
  if (local) return lines('LocalVolume (a persistent volume backed by local storage on a node)', { Path: local.path });
  if (nfs) {
    const { server, path, readOnly = false } = nfs;
    return lines('NFS (an NFS mount that lasts the lifetime of a pod)', {
      Server: server,
      Path: path,
      ReadOnly: readOnly,
    });
  }
  if (!csi) return lines('<unknown>', {});
  const { driver, fsType = '', volumeHandle, readOnly = false } = csi;
  const values = { Driver: driver, FSType: fsType, VolumeHandle: volumeHandle, ReadOnly: readOnly };
  const attributes = Object.entries(csi.volumeAttributes ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const texts = attributes.map(([key, value]) => `    ${key}=${value}\n`);
  const shown = texts.length === 0 ? '<none>\n' : texts.join('        \t');
  return `${lines('CSI (a Container Storage Interface (CSI) volume source)', values)}    VolumeAttributes:\t${shown}`;
}
