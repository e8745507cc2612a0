// Defaults of volumes (Kubernetes, pkg/apis/core/v1/defaults.go).

import { each, fill, ifObject, within } from './defaults.ts';
import type { ObjectFieldSelector } from './env.ts';
import type { DownwardAPIVolumeFile, ServiceAccountTokenProjection, VolumeProjection } from './projected-volume.ts';
import type { Volume } from './volume.ts';

/** rw-r--r-- */
const defaultMode = 0o644;

const defaultFieldRef = ifObject((ref: ObjectFieldSelector): ObjectFieldSelector => fill(ref, { apiVersion: 'v1' }));

const defaultFiles = each(
  (file: DownwardAPIVolumeFile): DownwardAPIVolumeFile => within(file, 'fieldRef', defaultFieldRef),
);

const defaultToken = ifObject(
  (token: ServiceAccountTokenProjection): ServiceAccountTokenProjection => fill(token, { expirationSeconds: 3600 }),
);

const defaultProjections = each(
  (projection: VolumeProjection): VolumeProjection =>
    within(
      within(projection, 'serviceAccountToken', defaultToken),
      'downwardAPI',
      ifObject((downward) => within(downward, 'items', defaultFiles)),
    ),
);

/** What a volume of each kind gets; most volumes have one source, so the others are not looked at closely. */
const defaultSources: { readonly [K in keyof Volume]?: (source: NonNullable<Volume[K]>) => Volume[K] } = {
  hostPath: ifObject((source) => fill(source, { type: '' })),
  configMap: ifObject((source) => fill(source, { defaultMode })),
  secret: ifObject((source) => fill(source, { defaultMode })),
  downwardAPI: ifObject((source) => within(fill(source, { defaultMode }), 'items', defaultFiles)),
  projected: ifObject((source) => within(fill(source, { defaultMode }), 'sources', defaultProjections)),
};

export function defaultVolume(given: Volume): Volume {
  let isNothingButAName = true;
  let volume = given;
  for (const key in given) {
    if (key !== 'name') isNothingButAName = false;
    if (Object.hasOwn(defaultSources, key))
      volume = within(volume, key as 'hostPath', defaultSources[key as 'hostPath']!);
  }
  // A volume of nothing but a name is an empty folder.
  return isNothingButAName ? { ...given, emptyDir: {} } : volume;
}
