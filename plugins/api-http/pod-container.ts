// Pod container: which container of a pod a request means, and whether there is one of that name.
// In Kubernetes: registry/core/pod/strategy.go (LogLocation, streamLocation, validateContainer).

import type { Pod } from '../../core/model/pod.ts';
import { badRequest } from '../../core/model/status.ts';

const names = (containers: readonly { readonly name: string }[] | undefined) =>
  (containers ?? []).map(({ name }) => name);

/** @throws ApiError 400 when the pod has no such container, or several and the client did not choose. */
export function containerOf(pod: Pod, wanted: string | undefined): string {
  const container = wanted ?? onlyContainer(pod);
  const { containers, initContainers, ephemeralContainers } = pod.spec;
  const all = [...names(containers), ...names(initContainers), ...names(ephemeralContainers)];
  if (!all.includes(container)) throw badRequest(`container ${container} is not valid for pod ${pod.metadata.name}`);
  return container;
}

function onlyContainer(pod: Pod): string {
  const own = names(pod.spec.containers);
  const chosen = pod.metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  if (chosen !== undefined && own.includes(chosen)) return chosen;
  const [first = ''] = own;
  if (own.length === 1) return first;
  const init = names(pod.spec.initContainers);
  const others = init.length > 0 ? ` or one of the init containers: [${init.join(' ')}]` : '';
  throw badRequest(
    `a container name must be specified for pod ${pod.metadata.name}, choose one of: [${own.join(' ')}]${others}`,
  );
}
