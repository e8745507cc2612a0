// Secret: small private data, base64 in the API.

import { ageColumn, column, integers, nameColumn } from './columns.ts';
import type { StringMap } from './meta.ts';
import { KubeObjectBase } from './object.ts';
import { type Resource, resource } from './resource.ts';
import { Bool, Text, TextMap } from './rules.ts';
import { defaultSecret, secretProblems, secretUpdateProblems } from './secret-rules.ts';

export class Secret extends KubeObjectBase {
  /** From then on only deletion helps. */
  @Bool() readonly immutable?: boolean;
  /** base64, by key. */
  @TextMap() readonly data?: StringMap;
  /** Plain text, for writing only: the server moves it into `data`. */
  @TextMap() readonly stringData?: StringMap;
  /** `Opaque` unless said otherwise. Decided at birth. */
  @Text() readonly type?: string;
}

export const Secrets: Resource<Secret> = resource<Secret>({
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  singular: 'secret',
  namespaced: true,
  type: Secret,
  columns: [
    nameColumn(),
    column('Type', ({ type }) => type ?? 'Opaque'),
    integers('Data', ({ data }) => Object.keys(data ?? {}).length),
    ageColumn(),
  ],
  fields: { type: ({ type }) => type ?? '' },
  default: defaultSecret,
  validate: secretProblems,
  validateUpdate: secretUpdateProblems,
});
