// Selection: which objects of a kind a list or watch wants: a namespace, a label selector, a field selector.
// It is compiled once a request. What it demands exactly (a name, an indexed field, a namespace) is also kept apart, so
// that the watch cache can file the watcher where only events come by that can concern it.

import type { Selection as SelectionOptions } from '../contracts/api-client.ts';
import { fieldValue, parseFieldSelector } from '../model/fields.ts';
import { matches as labelsMatch, parseSelector } from '../model/labels.ts';
import type { KubeObject } from '../model/meta.ts';
import type { Resource } from '../model/resource.ts';

export interface Selection {
  readonly namespace: string | undefined;
  /** From `metadata.name=x`. */
  readonly name: string | undefined;
  /** From `spec.nodeName=x` where the resource says that the field is indexed. */
  readonly indexed: { readonly field: string; readonly value: string } | undefined;
  /** Whether anything but the namespace is asked for. */
  readonly selective: boolean;
  matches(object: KubeObject): boolean;
}

/** @throws ApiError 400 when a selector does not parse or names a field that the kind cannot be selected by. */
export function compileSelection(
  resource: Resource,
  namespace: string | undefined,
  options: SelectionOptions = {},
): Selection {
  const tests: ((object: KubeObject) => boolean)[] = [];
  if (namespace) tests.push((object) => object.metadata.namespace === namespace);
  const all = tests.length;

  if (options.labelSelector) {
    const selector = parseSelector(options.labelSelector);
    tests.push((object) => labelsMatch(selector, object.metadata.labels));
  }
  let name: string | undefined;
  let indexed: Selection['indexed'];
  for (const { field, operator, value } of parseFieldSelector(options.fieldSelector ?? '', resource)) {
    const wanted = operator === '=';
    tests.push((object) => (fieldValue(resource, object, field) === value) === wanted);
    if (wanted && field === 'metadata.name') name = value;
    if (wanted && resource.indexed?.includes(field)) indexed = { field, value };
  }
  const [only] = tests;
  return {
    namespace,
    name,
    indexed,
    selective: tests.length > all,
    matches:
      tests.length === 0
        ? () => true
        : tests.length === 1 && only
          ? only
          : (object) => tests.every((test) => test(object)),
  };
}
