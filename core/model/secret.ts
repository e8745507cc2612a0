// Secret: small private data, base64 in the API.

import { ageColumn, column, integers, nameColumn } from './columns.ts';
import type { StringMap } from './meta.ts';
import { KubeObjectBase } from './object.ts';
import { type Resource, resource } from './resource.ts';
import { Bool, Text, TextMap } from './rules.ts';
import { defaultSecret, secretProblems, secretUpdateProblems } from './secret-rules.ts';

export class Secret extends KubeObjectBase {
  @Bool() readonly immutable?: boolean;
  @TextMap() readonly data?: StringMap;
  @TextMap() readonly stringData?: StringMap;
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
