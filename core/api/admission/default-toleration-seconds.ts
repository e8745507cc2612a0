// DefaultTolerationSeconds: a pod stays on a node that is not ready or out of reach for five minutes, unless it says for
// how long itself.
// In real Kubernetes: plugin/pkg/admission/defaulttolerationseconds.

import type { AdmissionPlugin, AdmissionRequest } from '../../contracts/api-server.ts';
import type { KubeObject } from '../../model/meta.ts';
import type { Pod } from '../../model/pod.ts';
import { revise } from '../../model/revise.ts';
import type { Toleration } from '../../model/toleration.ts';

const seconds = 300;
const taints = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] as const;

export class DefaultTolerationSeconds implements AdmissionPlugin {
  readonly name = 'DefaultTolerationSeconds';

  mutate({ operation, target, object }: AdmissionRequest & { readonly object: KubeObject }): KubeObject {
    if (operation !== 'CREATE' || target.resource.kind !== 'Pod' || target.resource.group !== '' || target.subresource)
      return object;
    const pod = object as Pod;
    const { spec } = pod;
    const present = spec?.tolerations ?? [];
    if (!spec || !Array.isArray(present)) return object;
    const missing = added.filter(({ key }) => !present.some((toleration) => toleratesNoExecute(toleration, key)));
    if (missing.length === 0) return object;
    const tolerations = missing.length === added.length && present.length === 0 ? added : [...present, ...missing];
    return revise(pod, { spec: revise(spec, { tolerations }) });
  }
}

/** One list for all pods that say nothing of their own: equal parts of objects are shared. */
const added = taints.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: seconds }));

const toleratesNoExecute = ({ key, effect }: Toleration, taint: string): boolean =>
  (key === taint || !key) && (effect === 'NoExecute' || !effect);
