// DefaultTolerationSeconds: a pod stays on a node that is not ready or out of reach for five minutes, unless it says for
// how long itself.
// In real Kubernetes: plugin/pkg/admission/defaulttolerationseconds.

import type { AdmissionPlugin, AdmissionRequest } from '../../contracts/api-server.ts';
import type { KubeObject } from '../../model/meta.ts';
import type { Pod } from '../../model/pod.ts';
import type { Toleration } from '../../model/toleration.ts';

const seconds = 300;
const taints = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] as const;

export class DefaultTolerationSeconds implements AdmissionPlugin {
  readonly name = 'DefaultTolerationSeconds';

  mutate({ operation, target, object }: AdmissionRequest & { readonly object: KubeObject }): KubeObject {
    if (operation !== 'CREATE' || target.resource.kind !== 'Pod' || target.resource.group !== '' || target.subresource)
      return object;
    const { spec, ...pod } = object as Pod;
    const present = spec?.tolerations ?? [];
    if (!spec || !Array.isArray(present)) return object;
    const missing = taints.filter((key) => !present.some((toleration) => toleratesNoExecute(toleration, key)));
    if (missing.length === 0) return object;
    const added = missing.map((key) => ({
      key,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: seconds,
    }));
    return { ...pod, spec: { ...spec, tolerations: [...present, ...added] } } as Pod;
  }
}

const toleratesNoExecute = ({ key, effect }: Toleration, taint: string): boolean =>
  (key === taint || !key) && (effect === 'NoExecute' || !effect);
