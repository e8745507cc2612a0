// Rules of PersistentVolumeClaims that look at several fields at once (Kubernetes, ValidatePersistentVolumeClaim).

import { notAllowed, type Problem, required } from './causes.ts';
import { equal } from './equal.ts';
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from './persistent-volume-claim.ts';
import { accessModeProblems, classNameProblems, sizeProblems } from './persistent-volume-rules.ts';
import { labelSelectorProblems } from './selector-rules.ts';
import { annotations, compareSizes } from './storage.ts';

export function persistentVolumeClaimProblems({ spec }: PersistentVolumeClaim): readonly Problem[] {
  if (!spec) return [];
  const { accessModes, selector, resources, storageClassName } = spec;
  const problems = [...accessModeProblems('spec.accessModes', accessModes)];
  labelSelectorProblems(problems, 'spec.selector', selector);
  const at = 'spec.resources[storage]';
  const size = resources?.requests?.storage;
  problems.push(...(size === undefined ? [required(at)] : sizeProblems(at, size)));
  return [...problems, ...classNameProblems('spec.storageClassName', storageClassName)];
}

/** A claim stays the wish that it was; a bound one may grow. */
export function persistentVolumeClaimUpdateProblems(
  next: PersistentVolumeClaim,
  previous: PersistentVolumeClaim,
): readonly Problem[] {
  const problems: Problem[] = [];
  if (!equal(comparable(next, previous), comparable(previous, previous))) {
    const detail =
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
    problems.push(notAllowed('spec', detail));
  }
  const asked = next.spec.resources?.requests;
  const at = 'spec.resources.requests.storage';
  // What did not get there yet may be taken back, as far as what is there already.
  const isLess = compareSizes(asked, previous.spec.resources?.requests) < 0;
  if (isLess && compareSizes(asked, previous.status?.capacity) <= 0)
    problems.push(notAllowed(at, 'field can not be less than status.capacity'));
  return problems;
}

/** The spec without what may change. */
function comparable({ metadata, spec }: PersistentVolumeClaim, previous: PersistentVolumeClaim) {
  const { volumeName, storageClassName, resources, volumeAttributesClassName, ...rest } = spec;
  const before = previous.spec;
  const isBound = previous.status?.phase === 'Bound';
  // A claim that came before there was a default class gets it later on.
  const mayGetClass =
    before.storageClassName === undefined &&
    previous.metadata.annotations?.[annotations.betaStorageClass] === undefined &&
    metadata.annotations?.[annotations.betaStorageClass] === undefined;
  const compared: Partial<PersistentVolumeClaimSpec> = {
    ...rest,
    ...(before.volumeName && { volumeName: volumeName ?? '' }),
    ...(!mayGetClass && { storageClassName: storageClassName ?? '' }),
  };
  const { storage: _, ...requests } = resources?.requests ?? {};
  return isBound
    ? { ...compared, resources: { ...resources, requests } }
    : { ...compared, resources, volumeAttributesClassName };
}
