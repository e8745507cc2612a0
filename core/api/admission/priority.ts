// Priority: what a pod's class means is written into the pod, as a number and a policy, once and for all; the scheduler looks
// no further. A pod without class gets the one that is the default for all, or else 0. Of those there may be one.
// In real Kubernetes: plugin/pkg/admission/priority.

import type { AdmissionPlugin, AdmissionRequest } from '../../contracts/api-server.ts';
import type { KubeObject } from '../../model/meta.ts';
import type { Pod } from '../../model/pod.ts';
import type { PodSpec } from '../../model/pod-spec.ts';
import { type PriorityClass, PriorityClasses } from '../../model/priority-class.ts';
import { revise } from '../../model/revise.ts';
import { type ApiError, forbidden } from '../../model/status.ts';
import type { StoredObjects } from '../stored-objects.ts';

/** What a pod gets where no class is the default. */
const ordinary = { value: 0, preemptionPolicy: 'PreemptLowerPriority' } as const;

type Request = AdmissionRequest & { readonly object: KubeObject };

export class Priority implements AdmissionPlugin {
  readonly name = 'Priority';
  readonly #objects: StoredObjects;

  constructor(objects: StoredObjects) {
    this.#objects = objects;
  }

  mutate(request: Request): Promise<KubeObject> | KubeObject {
    const { operation, target, object, previous } = request;
    if (target.resource.kind !== 'Pod' || target.resource.group !== '' || target.subresource) return object;
    const pod = object as Pod;
    if (typeof pod.spec !== 'object' || pod.spec === null) return object;
    return operation === 'CREATE' ? this.#resolve(request, pod) : keep(pod, previous as Pod);
  }

  validate({ target: { resource, name }, object }: AdmissionRequest): Promise<void> | void {
    if (resource.kind !== PriorityClasses.kind || resource.group !== PriorityClasses.group || !object) return;
    if ((object as PriorityClass).globalDefault) return this.#refuseSecondDefault(resource, name);
  }

  /** @throws ApiError 403 */
  async #refuseSecondDefault(resource: AdmissionRequest['target']['resource'], name: string): Promise<void> {
    const standing = await this.#default();
    if (!standing || standing.metadata.name === name) return;
    const why = `PriorityClass ${standing.metadata.name} is already marked as default. Only one default can exist`;
    throw forbidden(resource, name, why);
  }

  async #resolve(request: Request, pod: Pod): Promise<Pod> {
    const { spec } = pod;
    const found = spec.priorityClassName ? await this.#named(request, spec.priorityClassName) : await this.#default();
    const { value, preemptionPolicy } = found ?? ordinary;
    const { priority = value, preemptionPolicy: policy = preemptionPolicy } = absentIsUndefined(spec);
    if (priority !== value) throw differs(request, `integer value of priority (${priority})`, value);
    if (preemptionPolicy && policy !== preemptionPolicy) {
      throw differs(request, `string value of PreemptionPolicy (${policy})`, preemptionPolicy);
    }
    const priorityClassName = spec.priorityClassName || found?.metadata.name;
    return revise(pod, { spec: revise(spec, { priorityClassName, priority, preemptionPolicy: policy }) });
  }

  /** @throws ApiError 403 when there is none of that name */
  async #named({ target }: Request, name: string): Promise<PriorityClass> {
    const found = typeof name === 'string' ? await this.#objects.get(PriorityClasses, undefined, name) : undefined;
    if (found) return found;
    throw forbidden(target.resource, target.name, `no PriorityClass with name ${name} was found`);
  }

  /** Should there be two after all, the lesser. */
  async #default(): Promise<PriorityClass | undefined> {
    const defaults = (await this.#objects.list(PriorityClasses)).filter(({ globalDefault }) => globalDefault);
    return defaults.sort((a, b) => a.value - b.value)[0];
  }
}

/** Both were decided at birth: who sends the pod as it was written gets them back. */
function keep(pod: Pod, previous: Pod): Pod {
  const { priority, preemptionPolicy } = absentIsUndefined(pod.spec);
  const spec = revise(pod.spec, {
    priority: priority ?? previous.spec.priority,
    preemptionPolicy: preemptionPolicy ?? previous.spec.preemptionPolicy,
  });
  return revise(pod, { spec });
}

/** In JSON, null is as good as nothing. */
const absentIsUndefined = ({ priority, preemptionPolicy }: PodSpec) => ({
  priority: priority ?? undefined,
  preemptionPolicy: preemptionPolicy ?? undefined,
});

const differs = ({ target }: Request, given: string, computed: number | string): ApiError =>
  forbidden(
    target.resource,
    target.name,
    `the ${given} must not be provided in pod spec; priority admission controller computed ${computed} from the given PriorityClass name`,
  );
