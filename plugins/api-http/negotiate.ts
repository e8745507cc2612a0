// Negotiation: which form of an answer a client wants, by its Accept header.
//   application/json;as=Table;v=v1;g=meta.k8s.io,application/json     kubectl get
// Always true: the first clause that can be served wins (after sorting by q); what nobody can serve is 406.

import { ApiError } from '../../core/model/status.ts';

export type Form = 'object' | 'table' | 'partial' | 'discovery';

export interface Wanted {
  readonly form: Form;
  readonly yaml: boolean;
  /** `v1`, or `v1beta1` for clients that only know that; of Table, PartialObjectMetadata and APIGroupDiscoveryList. */
  readonly version: string;
}

const plainJson: Wanted = { form: 'object', yaml: false, version: 'v1' };
const forms: Readonly<Record<string, readonly [form: Form, group: string, versions: readonly string[]]>> = {
  Table: ['table', 'meta.k8s.io', ['v1', 'v1beta1']],
  PartialObjectMetadata: ['partial', 'meta.k8s.io', ['v1', 'v1beta1']],
  PartialObjectMetadataList: ['partial', 'meta.k8s.io', ['v1', 'v1beta1']],
  APIGroupDiscoveryList: ['discovery', 'apidiscovery.k8s.io', ['v2', 'v2beta1']],
};

/** Answers are asked for by few kinds of clients: each header is read once. */
const known = new Map<string, Wanted | undefined>();

/** @throws ApiError 406 */
export function negotiate(accept: string | undefined): Wanted {
  if (!accept) return plainJson;
  if (!known.has(accept)) {
    if (known.size >= 1000) known.clear();
    known.set(accept, read(accept));
  }
  const wanted = known.get(accept);
  if (wanted) return wanted;
  throw new ApiError(
    406,
    'NotAcceptable',
    'only the following media types are accepted: application/json, application/yaml',
  );
}

function read(accept: string): Wanted | undefined {
  const clauses = accept.split(',').map((clause) => {
    const [type = '', ...parameters] = clause.split(';').map((part) => part.trim());
    const values = new Map(parameters.map((parameter) => parameter.split('=', 2) as [string, string]));
    return { type: type.toLowerCase(), values, q: Number(values.get('q') ?? 1) };
  });
  clauses.sort((a, b) => b.q - a.q);
  for (const { type, values } of clauses) {
    const yaml = type === 'application/yaml';
    if (!yaml && !['application/json', 'application/*', '*/*'].includes(type)) continue;
    const as = values.get('as');
    if (as === undefined) return { ...plainJson, yaml };
    const [form, group, versions] = (Object.hasOwn(forms, as) && forms[as]) || [];
    const version = values.get('v') ?? '';
    if (form && values.get('g') === group && versions?.includes(version)) return { form, yaml, version };
  }
  return undefined;
}
