// Defaults of volumes (Kubernetes, pkg/apis/core/v1/defaults.go).

import { each, fill, ifObject, within } from './defaults.ts';
import type { DownwardAPIVolumeFile, VolumeProjection } from './projected-volume.ts';
import type { Volume } from './volume.ts';

/** rw-r--r-- */
const defaultMode = 0o644;

const defaultFile = (file: DownwardAPIVolumeFile): DownwardAPIVolumeFile =>
  within(
    file,
    'fieldRef',
    ifObject((ref) => fill(ref, { apiVersion: 'v1' })),
  );

const defaultProjection = (projection: VolumeProjection): VolumeProjection =>
  within(
    within(
      projection,
      'serviceAccountToken',
      ifObject((token) => fill(token, { expirationSeconds: 3600 })),
    ),
    'downwardAPI',
    ifObject((downward) => within(downward, 'items', each(defaultFile))),
  );

export function defaultVolume(given: Volume): Volume {
  // A volume of nothing but a name is an empty folder.
  let volume = Object.keys(given).some((key) => key !== 'name') ? given : { ...given, emptyDir: {} };
  volume = within(
    volume,
    'hostPath',
    ifObject((source) => fill(source, { type: '' })),
  );
  volume = within(
    volume,
    'configMap',
    ifObject((source) => fill(source, { defaultMode })),
  );
  volume = within(
    volume,
    'secret',
    ifObject((source) => fill(source, { defaultMode })),
  );
  volume = within(
    volume,
    'downwardAPI',
    ifObject((source) => within(fill(source, { defaultMode }), 'items', each(defaultFile))),
  );
  return within(
    volume,
    'projected',
    ifObject((source) => within(fill(source, { defaultMode }), 'sources', each(defaultProjection))),
  );
}
