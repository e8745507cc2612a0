// Describe: the volumes of a pod.

import type { VolumeProjection } from '../../../core/model/projected-volume.ts';
import type { Volume } from '../../../core/model/volume.ts';

export function volumeLines(volumes: readonly Volume[] | undefined, space = ''): string {
  if (!volumes || volumes.length === 0) return `${space}Volumes:\t<none>\n`;
  const one = (volume: Volume) =>
    `  ${space ? ' ' : ''}${volume.name}:\n${sourceLines(volume)
      .map(([name, value]) => `    ${name}:\t${value}\n`)
      .join('')}`;
  return `${space}Volumes:\n${volumes.map(one).join('')}`;
}

type Line = readonly [name: string, value: unknown];

function sourceLines(volume: Volume): Line[] {
  const { emptyDir, hostPath, secret, configMap, projected, downwardAPI, persistentVolumeClaim, nfs } = volume;
  if (emptyDir) {
    return [
      ['Type', "EmptyDir (a temporary directory that shares a pod's lifetime)"],
      ['Medium', emptyDir.medium ?? ''],
      ['SizeLimit', emptyDir.sizeLimit ?? '<unset>'],
    ];
  }
  if (hostPath) {
    return [
      ['Type', 'HostPath (bare host directory volume)'],
      ['Path', hostPath.path],
      ['HostPathType', hostPath.type ?? '<none>'],
    ];
  }
  if (secret) {
    return [
      ['Type', 'Secret (a volume populated by a Secret)'],
      ['SecretName', secret.secretName],
      ['Optional', secret.optional ?? false],
    ];
  }
  if (configMap) {
    return [
      ['Type', 'ConfigMap (a volume populated by a ConfigMap)'],
      ['Name', configMap.name],
      ['Optional', configMap.optional ?? false],
    ];
  }
  if (projected) {
    return [
      ['Type', 'Projected (a volume that contains injected data from multiple sources)'],
      ...(projected.sources ?? []).flatMap(projectionLines),
    ];
  }
  if (downwardAPI) {
    return [
      ['Type', 'DownwardAPI (a volume populated by information about the pod)'],
      [
        'Items',
        `\n${(downwardAPI.items ?? []).map(({ fieldRef, path }) => `      ${fieldRef?.fieldPath} -> ${path}`).join('\n')}`,
      ],
    ];
  }
  if (persistentVolumeClaim) {
    return [
      ['Type', 'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)'],
      ['ClaimName', persistentVolumeClaim.claimName],
      ['ReadOnly', persistentVolumeClaim.readOnly ?? false],
    ];
  }
  if (nfs) {
    return [
      ['Type', 'NFS (an NFS mount that lasts the lifetime of a pod)'],
      ['Server', nfs.server],
      ['Path', nfs.path],
      ['ReadOnly', nfs.readOnly ?? false],
    ];
  }
  return [['Type', '<unknown>']];
}

function projectionLines({ secret, configMap, downwardAPI, serviceAccountToken }: VolumeProjection): Line[] {
  return [
    ...(secret
      ? ([
          ['SecretName', secret.name],
          ['Optional', secret.optional ?? false],
        ] as Line[])
      : []),
    ...(downwardAPI ? ([['DownwardAPI', true]] as Line[]) : []),
    ...(configMap
      ? ([
          ['ConfigMapName', configMap.name],
          ['Optional', configMap.optional ?? false],
        ] as Line[])
      : []),
    ...(serviceAccountToken ? ([['TokenExpirationSeconds', serviceAccountToken.expirationSeconds]] as Line[]) : []),
  ];
}
