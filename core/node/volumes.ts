// Volumes: what the containers of a pod find mounted. The kubelet knows the content of configMap, secret, downwardAPI
// and projected volumes, and hands it to the runtime as files; emptyDir and hostPath are the runtime's to provide. A claim
// must be bound; what it stands for is mounted nowhere yet.
// They are refreshed while the pod runs (volume-refresh.ts).

import { type Mount, MountError } from '../contracts/container-runtime.ts';
import type { Container } from '../model/container.ts';
import type { StringMap } from '../model/meta.ts';
import type { Pod } from '../model/pod.ts';
import type { DownwardAPIVolumeFile, KeyToPath, VolumeProjection } from '../model/projected-volume.ts';
import type { Volume } from '../model/volume.ts';
import { type EnvironmentContext, expand } from './environment.ts';
import { bytesOf, bytesOfText } from './inputs.ts';
import { podField, resourceField } from './pod-fields.ts';

export type Files = Readonly<Record<string, Uint8Array>>;

/** What a volume is made of. */
export type VolumeContent = Pick<Mount, 'files' | 'hostPath' | 'hostPathType' | 'emptyDir'>;

/** The content of all volumes by name. Throws MountError when something that is not optional is missing. */
export async function volumeContents(
  pod: Pod,
  context: EnvironmentContext,
): Promise<ReadonlyMap<string, VolumeContent>> {
  const contents = new Map<string, VolumeContent>();
  for (const volume of pod.spec.volumes ?? []) {
    try {
      contents.set(volume.name, await contentOf(volume, pod, context));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new MountError(`MountVolume.SetUp failed for volume "${volume.name}" : ${why}`);
    }
  }
  return contents;
}

async function contentOf(volume: Volume, pod: Pod, context: EnvironmentContext): Promise<VolumeContent> {
  if (volume.hostPath) {
    const { path, type } = volume.hostPath;
    return { hostPath: path, ...(type && { hostPathType: type }) };
  }
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap) return { files: await projection({ configMap }, pod, context) };
  if (secret) {
    const { secretName, ...rest } = secret;
    return { files: await projection({ secret: { ...rest, ...(secretName && { name: secretName }) } }, pod, context) };
  }
  if (downwardAPI) return { files: await projection({ downwardAPI }, pod, context) };
  if (projected) {
    const files: Record<string, Uint8Array> = Object.create(null);
    for (const source of projected.sources ?? []) Object.assign(files, await projection(source, pod, context));
    return { files };
  }
  if (volume.emptyDir) return { emptyDir: true };
  if (volume.persistentVolumeClaim) return claimed(volume.persistentVolumeClaim.claimName, pod, context);
  const kind = Object.keys(volume).find((key) => key !== 'name') ?? 'unknown';
  throw new Error(`no volume plugin matched: volumes of the kind ${kind} are not supported`);
}

/** What a claim stands for, once it has a volume. */
async function claimed(name: string, pod: Pod, { inputs }: EnvironmentContext): Promise<VolumeContent> {
  const namespace = pod.metadata.namespace ?? '';
  const key = `error processing PVC ${namespace}/${name}`;
  const claim = await inputs.claim(namespace, name);
  if (!claim)
    throw new Error(`${key}: failed to fetch PVC from API server: persistentvolumeclaims "${name}" not found`);
  if (claim.status?.phase !== 'Bound' || !claim.spec.volumeName) throw new Error(`${key}: PVC is not bound`);
  // Where nobody reads files, an empty folder is as good as the volume.
  if (!inputs.readsFiles) return { emptyDir: true };
  // In real Kubernetes: the volume's own plugin or driver mounts it.
  const why =
    'this node can mount no persistent volumes; take an emptyDir or hostPath volume, or a node of the runtime mock';
  throw new Error(`no volume plugin matched: volume ${claim.spec.volumeName}: ${why}`);
}

/** The files of one source. */
async function projection(source: VolumeProjection, pod: Pod, context: EnvironmentContext): Promise<Files> {
  const namespace = pod.metadata.namespace ?? '';
  const { configMap, secret, downwardAPI, serviceAccountToken } = source;
  if (configMap) {
    const found = await context.inputs.configMap(namespace, configMap.name ?? '');
    if (!found && !configMap.optional) throw new Error(`configmap "${configMap.name}" not found`);
    return pick({ ...encoded(found?.data, bytesOfText), ...encoded(found?.binaryData, bytesOf) }, configMap);
  }
  if (secret) {
    const found = await context.inputs.secret(namespace, secret.name ?? '');
    if (!found && !secret.optional) throw new Error(`secret "${secret.name}" not found`);
    return pick(encoded(found?.data, bytesOf), secret);
  }
  if (downwardAPI) {
    return Object.fromEntries(
      (downwardAPI.items ?? []).map((item) => [item.path, bytesOfText(downwardText(item, pod, context))]),
    );
  }
  if (serviceAccountToken) {
    const { audience, expirationSeconds = 3600, path } = serviceAccountToken;
    return { [path]: bytesOfText(await context.inputs.token(pod, audience, expirationSeconds)) };
  }
  throw new Error(`projected sources of the kind ${Object.keys(source).join(', ')} are not supported`);
}

const encoded = (map: StringMap | undefined, encode: (text: string) => Uint8Array): Files =>
  Object.fromEntries(Object.entries(map ?? {}).map(([key, value]) => [key, encode(value)]));

/** All keys, or those that `items` names, at the paths that it gives them. */
function pick(all: Files, of: { readonly items?: readonly KeyToPath[]; readonly optional?: boolean }): Files {
  if (!of.items || of.items.length === 0) return all;
  const picked: [string, Uint8Array][] = [];
  for (const { key, path } of of.items) {
    const file = Object.hasOwn(all, key) ? all[key] : undefined;
    if (file) picked.push([path, file]);
    else if (!of.optional) throw new Error(`references non-existent config key: ${key}`);
  }
  return Object.fromEntries(picked);
}

function downwardText(item: DownwardAPIVolumeFile, pod: Pod, context: EnvironmentContext): string {
  if (item.fieldRef) return podField(pod, item.fieldRef.fieldPath, context);
  const { containerName, resource = '', divisor } = item.resourceFieldRef ?? {};
  const container = pod.spec.containers.find((one) => one.name === containerName);
  if (!container) throw new Error(`container ${containerName} not found`);
  return resourceField(container, resource, divisor, context.allocatable);
}

/** The container's mounts. Throws an Error for a volume that the pod does not have. */
export function mountsOf(
  container: Container,
  contents: ReadonlyMap<string, VolumeContent>,
  variables: ReadonlyMap<string, string>,
): Mount[] {
  return (container.volumeMounts ?? []).map((mount) => {
    const content = contents.get(mount.name);
    if (!content) throw new Error(`cannot find volume "${mount.name}" to mount into container "${container.name}"`);
    const subPath = mount.subPathExpr ? expand(mount.subPathExpr, variables) : mount.subPath;
    return {
      name: mount.name,
      containerPath: mount.mountPath,
      ...content,
      ...(subPath && { subPath }),
      readOnly: mount.readOnly ?? false,
    };
  });
}
