// Rules of PersistentVolumes that look at several fields at once (Kubernetes, ValidatePersistentVolume).

import { invalidValue, notAllowed, notSupported, type Problem, required } from './causes.ts';
import { equal } from './equal.ts';
import { dns1123Subdomain } from './label-rules.ts';
import type { PersistentVolume, PersistentVolumeSpec } from './persistent-volume.ts';
import { nodeSelectorTermProblems } from './placement-rules.ts';
import { isQuantity, parseQuantity } from './quantity.ts';
import { messageType } from './schema.ts';

/** In Kubernetes' words and order. */
const supportedModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

/** What is wrong with the access modes of a volume or claim at that path. */
export function accessModeProblems(at: string, modes: readonly string[] | undefined): readonly Problem[] {
  const list = Array.isArray(modes) ? modes : [];
  const problems = list
    .filter((mode) => !supportedModes.includes(mode))
    .map((mode) => notSupported(at, mode, supportedModes));
  const others = list.some((mode) => mode !== 'ReadWriteOncePod' && supportedModes.includes(mode));
  if (list.includes('ReadWriteOncePod') && others)
    problems.push(notAllowed(at, 'may not use ReadWriteOncePod with other access modes'));
  return problems;
}

/** An amount of storage is more than nothing. */
export const sizeProblems = (at: string, size: unknown): readonly Problem[] =>
  isQuantity(size) && parseQuantity(size).nano <= 0n ? [invalidValue(at, size, 'must be greater than zero')] : [];

/** What is wrong with the name of a class at that path. */
export const classNameProblems = (at: string, name: string | undefined): readonly Problem[] =>
  typeof name === 'string' && name !== '' ? dns1123Subdomain(name).map((wrong) => invalidValue(at, name, wrong)) : [];

/** The fields that name a source, those of clouds included. */
const sourcesOf = (spec: PersistentVolumeSpec): string[] =>
  [...(messageType('core.v1.PersistentVolumeSource')?.fields.keys() ?? [])].filter(
    (source) => Object.hasOwn(spec, source) && Reflect.get(spec, source) != null,
  );

export function persistentVolumeProblems({ spec }: PersistentVolume): readonly Problem[] {
  if (!spec) return [];
  const { accessModes, capacity, storageClassName, nodeAffinity, hostPath, local } = spec;
  const problems = [...accessModeProblems('spec.accessModes', accessModes), ...capacityProblems(capacity)];
  nodeAffinity?.required?.nodeSelectorTerms?.forEach((term, i) => {
    nodeSelectorTermProblems(problems, `spec.nodeAffinity.required.nodeSelectorTerms[${i}]`, term);
  });
  const [source, ...more] = sourcesOf(spec);
  if (source === undefined) problems.push(required('spec', 'must specify a volume type'));
  for (const extra of more) problems.push(notAllowed(`spec.${extra}`, 'may not specify more than 1 volume type'));
  for (const [name, of] of Object.entries({ hostPath, local })) {
    if (typeof of?.path === 'string' && of.path.split('/').includes('..'))
      problems.push(invalidValue(`spec.${name}.path`, of.path, "must not contain '..'"));
  }
  if (local && !nodeAffinity?.required)
    problems.push(required('spec.nodeAffinity', 'Local volume requires node affinity'));
  if (hostPath?.path === '/' && spec.persistentVolumeReclaimPolicy === 'Recycle')
    problems.push(notAllowed('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'"));
  return [...problems, ...classNameProblems('spec.storageClassName', storageClassName)];
}

function capacityProblems(capacity: PersistentVolumeSpec['capacity']): readonly Problem[] {
  const at = 'spec.capacity';
  const names = Object.keys(capacity ?? {});
  const problems: Problem[] = names.length === 0 ? [required(at)] : [];
  if (names.length !== 1 || names[0] !== 'storage') problems.push(notSupported(at, capacity ?? {}, ['storage']));
  for (const [name, size] of Object.entries(capacity ?? {})) problems.push(...sizeProblems(`${at}[${name}]`, size));
  return problems;
}

/** A volume stays what and where it is. */
export function persistentVolumeUpdateProblems(next: PersistentVolume, previous: PersistentVolume): readonly Problem[] {
  const problems: Problem[] = [];
  const source = ({ spec }: PersistentVolume) => sourcesOf(spec).map((key) => [key, Reflect.get(spec, key)]);
  if (!equal(source(next), source(previous))) {
    const detail = 'spec.persistentvolumesource is immutable after creation';
    problems.push(notAllowed('spec.persistentvolumesource', detail));
  }
  const immutable = (at: string, now: unknown, before: unknown) => {
    if (!equal(now, before)) problems.push(invalidValue(at, now, 'field is immutable'));
  };
  immutable('volumeMode', next.spec.volumeMode, previous.spec.volumeMode);
  if (previous.spec.nodeAffinity) immutable('nodeAffinity', next.spec.nodeAffinity, previous.spec.nodeAffinity);
  return problems;
}
