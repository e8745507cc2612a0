// The pods of a StatefulSet: each has a number, and from it a name (`db-0`), a hostname, and claims of its own (`data-db-0`).
// In Kubernetes: pkg/controller/statefulset/stateful_set_utils.go.

import { podFrom } from '../../core/control/pods.ts';
import { revisionLabel } from '../../core/control/revisions.ts';
import type { ControllerRevision } from '../../core/model/controller-revision/controller-revision.ts';
import { controllerOf, controllerReference, type Draft, type OwnerReference } from '../../core/model/meta.ts';
import type { PersistentVolumeClaim } from '../../core/model/persistent-volume-claim.ts';
import type { Pod } from '../../core/model/pod.ts';
import type { PodTemplateSpec } from '../../core/model/pod-template.ts';
import type { StatefulSet } from '../../core/model/stateful-set/stateful-set.ts';
import type { Volume } from '../../core/model/volume.ts';

export const podNameOf = ({ metadata }: StatefulSet, ordinal: number): string => `${metadata.name}-${ordinal}`;

/** The number at the end of the name; -1 of a pod that is none of the set's by its name. */
export function ordinalOf(set: StatefulSet, { metadata }: Pod): number {
  const found = /^(.*)-(\d+)$/.exec(metadata.name);
  return found?.[1] === set.metadata.name ? Number(found[2]) : -1;
}

/** The numbers that the set should have, lowest first. */
export function ordinalsOf({ spec }: StatefulSet): readonly number[] {
  const start = spec.ordinals?.start ?? 0;
  return Array.from({ length: spec.replicas ?? 1 }, (_, i) => start + i);
}

/** The template that a revision holds. */
export function templateOf({ data }: ControllerRevision): PodTemplateSpec {
  const { spec } = (data ?? {}) as { spec?: { template?: PodTemplateSpec & { $patch?: string } } };
  const { $patch: _, ...template } = spec?.template ?? {};
  return template;
}

export function podOf(set: StatefulSet, ordinal: number, revision: ControllerRevision): Draft<Pod> {
  const draft = podFrom(templateOf(revision), set);
  const { generateName: _, ...metadata } = draft.metadata;
  const name = podNameOf(set, ordinal);
  const claims = (set.spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name);
  const others = (draft.spec.volumes ?? []).filter((volume) => !claims.includes(volume.name));
  const own = claims.map((claim) => volumeOf(claim, claimNameOf(set, claim, ordinal)));
  return {
    metadata: {
      ...metadata,
      name,
      labels: {
        ...metadata.labels,
        'statefulset.kubernetes.io/pod-name': name,
        'apps.kubernetes.io/pod-index': String(ordinal),
        [revisionLabel]: revision.metadata.name,
      },
    },
    spec: {
      ...draft.spec,
      hostname: name,
      ...(set.spec.serviceName && { subdomain: set.spec.serviceName }),
      ...(own.length + others.length > 0 && { volumes: [...own, ...others] }),
    },
  };
}

const volumeOf = (name: string, claimName: string): Volume => ({ name, persistentVolumeClaim: { claimName } });

const claimNameOf = (set: StatefulSet, claim: string, ordinal: number): string => `${claim}-${podNameOf(set, ordinal)}`;

/** The claims that the pod of that number needs. */
export const claimsOf = (set: StatefulSet, ordinal: number): readonly Draft<PersistentVolumeClaim>[] =>
  (set.spec.volumeClaimTemplates ?? []).map(({ metadata, spec }) => ({
    metadata: {
      name: claimNameOf(set, metadata.name, ordinal),
      labels: { ...metadata.labels, ...set.spec.selector.matchLabels },
      ...(metadata.annotations && { annotations: metadata.annotations }),
      ...(keepsClaims(set) ? {} : { ownerReferences: [controllerReference(set)] }),
    },
    spec,
  }));

const keepsClaims = ({ spec }: StatefulSet): boolean =>
  spec.persistentVolumeClaimRetentionPolicy?.whenDeleted !== 'Delete';

/**
 * Who a claim goes with, by the retention policy: with the set, with the pod that the set no longer wants, or nobody.
 * Owners of others stay.
 */
export function claimOwners(
  set: StatefulSet,
  pod: Pod | undefined,
  isSurplus: boolean,
  claim: PersistentVolumeClaim,
): readonly OwnerReference[] {
  const others = (claim.metadata.ownerReferences ?? []).filter(
    ({ kind, uid, name }) => uid !== set.metadata.uid && !(kind === 'Pod' && name === (pod?.metadata.name ?? name)),
  );
  const goesWithPod = isSurplus && set.spec.persistentVolumeClaimRetentionPolicy?.whenScaled === 'Delete';
  if (goesWithPod && pod) {
    const { name, uid } = pod.metadata;
    return [...others, { apiVersion: 'v1', kind: 'Pod', name, uid, controller: true, blockOwnerDeletion: true }];
  }
  return keepsClaims(set) ? others : [...others, controllerReference(set)];
}

/** Whether somebody else controls it: then it is left alone. */
export const isForeign = (set: StatefulSet, claim: PersistentVolumeClaim): boolean => {
  const controller = controllerOf(claim);
  return controller !== undefined && controller.kind !== 'Pod' && controller.uid !== set.metadata.uid;
};
