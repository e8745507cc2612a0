// Rules of volumes that look at several fields at once (Kubernetes, pkg/apis/core/validation).

import { invalidValue, notAllowed, type Problem, required } from './causes.ts';
import type { Volume } from './volume.ts';

/** What is wrong with one volume at that path. */
export function volumeProblems(problems: Problem[], at: string, volume: Volume): void {
  // Any field beside the name is a source; those of clouds, which the class does not describe, count as well.
  const sources = Object.keys(volume).filter((key) => key !== 'name' && Reflect.get(volume, key) != null);
  if (sources.length === 0) problems.push(required(at, 'must specify a volume type'));
  for (const extra of sources.slice(1)) {
    problems.push(notAllowed(`${at}.${extra}`, 'may not specify more than 1 volume type'));
  }
  if (volume.hostPath?.path?.split('/').includes('..')) {
    problems.push(invalidValue(`${at}.hostPath.path`, volume.hostPath.path, "must not contain '..'"));
  }
  if (volume.configMap && !volume.configMap.name) problems.push(required(`${at}.configMap.name`));
  volume.projected?.sources?.forEach((source, i) => {
    const kinds = Object.keys(source).filter((key) => Reflect.get(source, key) != null);
    for (const extra of kinds.slice(1)) {
      const detail = 'may not specify more than 1 volume type per source';
      problems.push(notAllowed(`${at}.projected.sources[${i}].${extra}`, detail));
    }
    if (kinds.length === 0) problems.push(required(`${at}.projected.sources[${i}]`, 'must specify a volume source'));
  });
}
