// The rules of `metadata`, the same for every kind (apimachinery, pkg/api/validation/objectmeta.go).

import { invalidType, invalidValue, notAllowed, type Problem, required, tooLong } from './causes.ts';
import { dns1123Label, dns1123Subdomain, labelValueProblems, qualifiedNameProblems } from './label-rules.ts';
import type { KubeObject, ObjectMeta, StringMap } from './meta.ts';
import type { Resource } from './resource.ts';

/** All annotations of an object together: keys and values, in bytes. */
const maxAnnotationBytes = 256 * 1024;

const isText = (value: unknown): value is string => typeof value === 'string';
const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const absent = (value: unknown): value is undefined | null => value === undefined || value === null;

/** What is wrong with the object's metadata. */
export function metadataProblems<T extends KubeObject>(resource: Resource<T>, object: T): readonly Problem[] {
  const meta: ObjectMeta | undefined = object.metadata;
  if (!isMap(meta)) return absent(meta) ? [] : [invalidType('metadata', meta, 'an object')];
  const problems: Problem[] = [];
  nameProblems(problems, resource, meta);
  namespaceProblems(problems, resource, meta);
  if (!absent(meta.labels)) problems.push(...labelProblems('metadata.labels', meta.labels));
  if (!absent(meta.annotations)) problems.push(...annotationProblems('metadata.annotations', meta.annotations));
  if (!absent(meta.ownerReferences)) ownerProblems(problems, meta.ownerReferences);
  if (!absent(meta.finalizers)) finalizerProblems(problems, meta.finalizers);
  return problems;
}

function nameProblems<T extends KubeObject>(problems: Problem[], resource: Resource<T>, meta: ObjectMeta): void {
  const check = (name: string): string[] => {
    if (!resource.validateName) return dns1123Subdomain(name);
    const wrong = resource.validateName(name);
    return wrong === undefined ? [] : [wrong];
  };
  const { name, generateName } = meta;
  if (!absent(generateName) && generateName !== '') {
    if (!isText(generateName)) problems.push(invalidType('metadata.generateName', generateName, 'a string'));
    else {
      // What follows the prefix is letters and digits, so a hyphen at its end is fine.
      for (const wrong of check(generateName.replace(/-$/, 'a'))) {
        problems.push(invalidValue('metadata.generateName', generateName, wrong));
      }
    }
  }
  if (absent(name) || name === '') {
    problems.push(required('metadata.name', 'name or generateName is required'));
  } else if (!isText(name)) problems.push(invalidType('metadata.name', name, 'a string'));
  else for (const wrong of check(name)) problems.push(invalidValue('metadata.name', name, wrong));
}

function namespaceProblems<T extends KubeObject>(problems: Problem[], resource: Resource<T>, meta: ObjectMeta): void {
  const { namespace } = meta;
  if (!resource.namespaced) {
    if (!absent(namespace) && namespace !== '') {
      problems.push(notAllowed('metadata.namespace', 'not allowed on this type'));
    }
  } else if (absent(namespace) || namespace === '') problems.push(required('metadata.namespace'));
  else if (!isText(namespace)) problems.push(invalidType('metadata.namespace', namespace, 'a string'));
  else {
    for (const wrong of dns1123Label(namespace)) problems.push(invalidValue('metadata.namespace', namespace, wrong));
  }
}

/** What is wrong with a map of labels at that path. */
export function labelProblems(field: string, labels: unknown): readonly Problem[] {
  if (!isMap(labels)) return [invalidType(field, labels, 'an object')];
  const problems: Problem[] = [];
  for (const key of Object.keys(labels)) {
    const value = labels[key];
    for (const wrong of qualifiedNameProblems(key)) problems.push(invalidValue(field, key, wrong));
    if (!isText(value)) problems.push(invalidType(`${field}[${key}]`, value, 'a string'));
    else for (const wrong of labelValueProblems(value)) problems.push(invalidValue(field, value, wrong));
  }
  return problems;
}

/** What is wrong with a map of annotations at that path. */
export function annotationProblems(field: string, annotations: unknown): readonly Problem[] {
  if (!isMap(annotations)) return [invalidType(field, annotations, 'an object')];
  const problems: Problem[] = [];
  let size = 0;
  for (const key of Object.keys(annotations)) {
    const value = annotations[key];
    for (const wrong of qualifiedNameProblems(key.toLowerCase())) problems.push(invalidValue(field, key, wrong));
    if (!isText(value)) problems.push(invalidType(`${field}[${key}]`, value, 'a string'));
    else size += key.length + value.length;
  }
  // A UTF-16 unit is at most three bytes, so most objects need no closer look.
  if (size * 3 > maxAnnotationBytes && bytesOf(annotations) > maxAnnotationBytes) {
    problems.push(tooLong(field, maxAnnotationBytes));
  }
  return problems;
}

function bytesOf(texts: Record<string, unknown>): number {
  const encoder = new TextEncoder();
  return Object.entries(texts).reduce(
    (sum, [key, value]) => sum + encoder.encode(key).length + encoder.encode(String(value)).length,
    0,
  );
}

function ownerProblems(problems: Problem[], owners: unknown): void {
  const field = 'metadata.ownerReferences';
  if (!Array.isArray(owners)) {
    problems.push(invalidType(field, owners, 'an array'));
    return;
  }
  const controllers: string[] = [];
  owners.forEach((owner: unknown, i) => {
    const at = `${field}[${i}]`;
    if (!isMap(owner)) {
      problems.push(invalidType(at, owner, 'an object'));
      return;
    }
    for (const key of ['apiVersion', 'kind', 'name', 'uid']) {
      const value = owner[key];
      if (absent(value) || value === '') {
        const detail = key === 'apiVersion' ? 'version must not be empty' : 'must not be empty';
        problems.push(invalidValue(`${at}.${key}`, value ?? '', detail));
      } else if (!isText(value)) problems.push(invalidType(`${at}.${key}`, value, 'a string'));
    }
    if (owner.apiVersion === 'v1' && owner.kind === 'Event') {
      problems.push(invalidValue(at, owner, '/v1, Kind=Event is disallowed from being an owner'));
    }
    for (const key of ['controller', 'blockOwnerDeletion']) {
      const value = owner[key];
      if (!absent(value) && typeof value !== 'boolean') problems.push(invalidType(`${at}.${key}`, value, 'a boolean'));
    }
    if (owner.controller === true) controllers.push(String(owner.name));
  });
  if (controllers.length > 1) {
    problems.push(
      invalidValue(
        field,
        owners,
        `Only one reference can have Controller set to true. Found "true" in references for ${controllers[0]} and ${controllers[1]}`,
      ),
    );
  }
}

const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

function finalizerProblems(problems: Problem[], finalizers: unknown): void {
  const field = 'metadata.finalizers';
  if (!Array.isArray(finalizers)) {
    problems.push(invalidType(field, finalizers, 'an array'));
    return;
  }
  finalizers.forEach((name: unknown, i) => {
    if (!isText(name)) {
      problems.push(invalidType(`${field}[${i}]`, name, 'a string'));
      return;
    }
    for (const wrong of qualifiedNameProblems(name)) problems.push(invalidValue(field, name, wrong));
    if (!name.includes('/') && !standardFinalizers.has(name)) {
      const detail = 'name is neither a standard finalizer name nor is it fully qualified';
      problems.push(invalidValue(`${field}[${i}]`, name, detail));
    }
  });
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    problems.push(invalidValue(field, finalizers, 'finalizers orphan and foregroundDeletion cannot be both set'));
  }
}

/** What identifies an object stays; so does what the server has decided. */
export function metadataUpdateProblems(next: KubeObject, previous: KubeObject): readonly Problem[] {
  const problems: Problem[] = [];
  for (const key of ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp'] as const) {
    const now = next.metadata[key] ?? '';
    if (now !== (previous.metadata[key] ?? '')) {
      problems.push(invalidValue(`metadata.${key}`, now, 'field is immutable'));
    }
  }
  const added = newFinalizers(next, previous);
  if (previous.metadata.deletionTimestamp !== undefined && added.length > 0) {
    const detail = `no new finalizers can be added if the object is being deleted, found new finalizers ${quoteList(added)}`;
    problems.push(notAllowed('metadata.finalizers', detail));
  }
  return problems;
}

const newFinalizers = (next: KubeObject, previous: KubeObject): readonly string[] =>
  (next.metadata.finalizers ?? []).filter((name) => !(previous.metadata.finalizers ?? []).includes(name));

/** As Go prints a list of texts. */
const quoteList = (texts: readonly string[]): string =>
  `[]string{${texts.map((text) => JSON.stringify(text)).join(', ')}}`;

/** What is wrong with metadata inside a template: labels and annotations alone count there. */
export function templateMetadataProblems(
  field: string,
  meta: { readonly labels?: StringMap; readonly annotations?: StringMap } | undefined,
): readonly Problem[] {
  if (absent(meta)) return [];
  return [
    ...(absent(meta.labels) ? [] : labelProblems(`${field}.labels`, meta.labels)),
    ...(absent(meta.annotations) ? [] : annotationProblems(`${field}.annotations`, meta.annotations)),
  ];
}
