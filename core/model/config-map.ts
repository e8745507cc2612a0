// ConfigMap: small data that pods read as files or variables. Its keys are data: `__proto__` is a legal one.

import type { StringMap } from './meta.ts';
import { KubeObjectBase } from './object.ts';
import { type Resource, resource } from './resource.ts';
import { Bool, TextMap } from './rules.ts';

export class ConfigMap extends KubeObjectBase {
  @Bool() readonly immutable?: boolean;
  @TextMap() readonly data?: StringMap;
  @TextMap() readonly binaryData?: StringMap;
}

export const ConfigMaps: Resource<ConfigMap> = resource({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  namespaced: true,
  type: ConfigMap,
});
