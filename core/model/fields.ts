// Field selectors (apimachinery, pkg/fields): which objects, by the value of a few fields that their kind offers.
//   parseFieldSelector('spec.nodeName=node-1,status.phase!=Failed', Pods)     throws ApiError 400
//   matchesFields(selector, Pods, pod)
// Every kind offers metadata.name and metadata.namespace; the rest stands in its Resource's `fields`. A comma,
// an equals sign or a backslash in a value is written with a backslash before it.

import type { KubeObject } from './meta.ts';
import type { Resource } from './resource.ts';
import { badRequest } from './status.ts';

export interface FieldRequirement {
  /** `spec.nodeName` */
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

/** All must hold; none: everything. */
export type FieldSelector = readonly FieldRequirement[];

/** Where a field's value is found, by kind and field. */
const common = new Map<string, (object: KubeObject) => string>([
  ['metadata.name', (object) => object.metadata.name],
  ['metadata.namespace', (object) => object.metadata.namespace ?? ''],
]);

type Offers = Pick<Resource, 'fields'>;

/** Reads a field selector; with a resource, refuses fields that its kind does not offer. Throws ApiError 400. */
export function parseFieldSelector(text: string, resource?: Offers): FieldSelector {
  const requirements = splitTerms(text).map((term) => parseTerm(text, term));
  if (resource) {
    for (const { field } of requirements) {
      if (!common.has(field) && !Object.hasOwn(resource.fields ?? {}, field)) throw unsupported(field, resource);
    }
  }
  return requirements;
}

/** The one value that objects must have in that field; undefined when any will do, or when the text is no selector. */
export function wantedValue(text: string, field: string): string | undefined {
  try {
    return parseFieldSelector(text).find((one) => one.field === field && one.operator === '=')?.value;
  } catch {
    return undefined;
  }
}

const unsupported = (field: string, resource: Offers) =>
  badRequest(
    resource.fields
      ? `field label not supported: ${field}`
      : `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
  );

/** Cuts at commas that have no backslash before them. */
const splitTerms = (text: string): string[] =>
  (text.match(/(?:\\[\s\S]|[^,\\]|\\$)+/g) ?? []).filter((term) => term !== '');

function parseTerm(selector: string, term: string): FieldRequirement {
  const found = /^((?:\\[\s\S]|[^\\=!]|!(?!=))*)(!=|==|=)([\s\S]*)$/.exec(term);
  if (found === null) throw badRequest(`invalid selector: '${selector}'; can't understand '${term}'`);
  const [, field = '', operator, value = ''] = found;
  return { field, operator: operator === '!=' ? '!=' : '=', value: unescape(value) };
}

function unescape(value: string): string {
  return value.replace(/\\([\s\S]?)|=/g, (found, escaped: string | undefined) => {
    if (found === '=' || !['\\', ',', '='].includes(escaped ?? '')) {
      throw badRequest(
        found === '='
          ? `invalid field selector: unescaped character in value: 61` // the code of =, as Go prints it
          : `invalid field selector: invalid escape sequence: ${found}`,
      );
    }
    return escaped ?? '';
  });
}

/** The value of a field as field selectors see it; '' for a field that the kind does not offer. */
export function fieldValue(resource: Offers, object: KubeObject, field: string): string {
  const of = common.get(field) ?? resource.fields?.[field];
  return of?.(object) ?? '';
}

export function matchesFields(selector: FieldSelector, resource: Offers, object: KubeObject): boolean {
  for (const { field, operator, value } of selector) {
    if ((fieldValue(resource, object, field) === value) !== (operator === '=')) return false;
  }
  return true;
}
