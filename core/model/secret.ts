// Secret: small private data, base64 in the API.

import type { StringMap } from './meta.ts';
import { KubeObjectBase } from './object.ts';
import { type Resource, resource } from './resource.ts';
import { Bool, Text, TextMap } from './rules.ts';

export class Secret extends KubeObjectBase {
  @Bool() readonly immutable?: boolean;
  @TextMap() readonly data?: StringMap;
  @TextMap() readonly stringData?: StringMap;
  @Text() readonly type?: string;
}

export const Secrets: Resource<Secret> = resource({
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  singular: 'secret',
  namespaced: true,
  type: Secret,
});
