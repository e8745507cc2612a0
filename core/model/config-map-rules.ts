// Rules of ConfigMaps that look at several fields at once (Kubernetes, pkg/apis/core/validation).

import { invalidValue, type Problem } from './causes.ts';
import type { ConfigMap } from './config-map.ts';
import {
  base64Length,
  base64Problems,
  immutableProblems,
  keyProblems,
  sizeProblems,
  utf8Length,
} from './data-rules.ts';

export function configMapProblems({ data, binaryData }: ConfigMap): readonly Problem[] {
  const problems = [...keyProblems('data', data), ...keyProblems('binaryData', binaryData)];
  for (const key of Object.keys(binaryData ?? {})) {
    if (!Object.hasOwn(data ?? {}, key)) continue;
    problems.push(invalidValue(`data[${key}]`, key, `duplicate of key present in binaryData`));
  }
  problems.push(...base64Problems('binaryData', binaryData));
  const texts = Object.values(data ?? {}).reduce((sum, value) => sum + utf8Length(value), 0);
  const bytes = Object.values(binaryData ?? {}).reduce((sum, value) => sum + (base64Length(value) ?? 0), 0);
  return [...problems, ...sizeProblems('', texts + bytes)];
}

export const configMapUpdateProblems = (next: ConfigMap, previous: ConfigMap): readonly Problem[] =>
  immutableProblems(next, previous);
