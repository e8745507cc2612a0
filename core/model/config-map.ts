// ConfigMap: small data that pods read as files or variables. Its keys are data: `__proto__` is a legal one.

import { ageColumn, integers, nameColumn } from './columns.ts';
import { configMapProblems, configMapUpdateProblems } from './config-map-rules.ts';
import type { StringMap } from './meta.ts';
import { KubeObjectBase } from './object.ts';
import { type Resource, resource } from './resource.ts';
import { Bool, TextMap } from './rules.ts';

export class ConfigMap extends KubeObjectBase {
  /** From then on only deletion helps. */
  @Bool() readonly immutable?: boolean;
  @TextMap() readonly data?: StringMap;
  /** base64, by key; a key is either here or in `data`. */
  @TextMap() readonly binaryData?: StringMap;
}

export const ConfigMaps: Resource<ConfigMap> = resource<ConfigMap>({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  namespaced: true,
  type: ConfigMap,
  columns: [
    nameColumn(),
    integers('Data', ({ data, binaryData }) => Object.keys(data ?? {}).length + Object.keys(binaryData ?? {}).length),
    ageColumn(),
  ],
  validate: configMapProblems,
  validateUpdate: configMapUpdateProblems,
});
