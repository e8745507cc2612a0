// Service pods: finds a Service's pods, and a pod's Services, in the caches.

import type { Change, Informer, Informers, Source } from '../../core/contracts/controller.ts';
import { from, itself, sides } from '../../core/control/sources.ts';
import { keyOf } from '../../core/model/meta.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { type Service, Services } from '../../core/model/service.ts';
import { hasSelector, sameForServices, selects } from './pod-endpoints.ts';

export class ServicePods {
  readonly services: Informer<Service>;
  readonly #pods: Informer<Pod>;

  constructor(informers: Informers) {
    this.services = informers.of(Services);
    this.#pods = informers.of(Pods, { indexes: { label: labelsOf } });
  }

  /** Changes that concern Services: of their own, and of the pods that they select or selected. */
  get sources(): readonly Source[] {
    return [from(this.services, itself), from(this.#pods, (change) => this.#servicesOf(change))];
  }

  /** The pods that the Service selects. Looks only at those that share the rarest of the selector's labels. */
  podsOf({ metadata, spec }: Service): readonly Pod[] {
    const selector = spec.selector ?? {};
    const candidates = Object.entries(selector).map(([key, value]) =>
      this.#pods.by('label', labelKey(metadata.namespace, key, value)),
    );
    const fewest = candidates.reduce((a, b) => (b.length < a.length ? b : a), candidates[0] ?? []);
    return fewest.filter((pod) => selects(selector, pod.metadata.labels ?? {}));
  }

  #servicesOf(change: Change<Pod>): readonly string[] {
    if (change.type === 'apply' && change.previous && sameForServices(change.object, change.previous)) return [];
    const labels = sides(change).map((pod) => pod.metadata.labels ?? {});
    return this.services
      .inNamespace(change.object.metadata.namespace ?? '')
      .filter((service) => hasSelector(service) && labels.some((each) => selects(service.spec.selector ?? {}, each)))
      .map(keyOf);
  }
}

const labelKey = (namespace: string | undefined, key: string, value: string): string => `${namespace} ${key}=${value}`;

const labelsOf = ({ metadata }: Pod): readonly string[] =>
  Object.entries(metadata.labels ?? {}).map(([key, value]) => labelKey(metadata.namespace, key, value));
