// Pods by chance, for specs that compare two ways of placing them.

import { makePod } from '../../testing/objects.ts';
import type { SeededRandom } from '../../time/random.ts';

export const zone = 'topology.kubernetes.io/zone';
const host = 'kubernetes.io/hostname';

/** Pods of every kind that the default profile treats differently. */
export function anyPod(name: string, random: SeededRandom) {
  const color = random.pick(['red', 'green', 'blue']) as string;
  const near = { topologyKey: random.pick([zone, host]) as string, labelSelector: { matchLabels: { color } } };
  const spread = { maxSkew: 1 + random.int(2), topologyKey: near.topologyKey, labelSelector: near.labelSelector };
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  const weighted = [{ weight: 1 + random.int(100), podAffinityTerm: near }];
  const specs = [
    {},
    {},
    { nodeSelector: { [zone]: 'b' } },
    { topologySpreadConstraints: [{ ...spread, whenUnsatisfiable: 'DoNotSchedule' }] },
    { topologySpreadConstraints: [{ ...spread, whenUnsatisfiable: 'ScheduleAnyway' }] },
    { affinity: { podAffinity: { [required]: [near] } } },
    { affinity: { podAntiAffinity: { [required]: [near] } } },
    { affinity: { podAffinity: { [preferred]: weighted } } },
    { affinity: { podAntiAffinity: { [preferred]: weighted } } },
    { tolerations: [{ operator: 'Exists' }] },
  ];
  const resources = { requests: { cpu: `${100 * (1 + random.int(5))}m`, memory: `${1 + random.int(4)}00Mi` } };
  const pod = makePod(name, random.pick(specs) as never, { resources } as never);
  return { ...pod, metadata: { ...pod.metadata, labels: { color: random.pick(['red', 'green', 'blue']) as string } } };
}
