// NamespaceController: empties a namespace that is being deleted, then lets it go.
//
//   kubectl delete namespace x  >  marked, phase Terminating (nothing new is admitted)  >  everything in it is deleted
//   >  nothing is left  >  `kubernetes` is taken from spec.finalizers  >  the API server removes it
//
// Always true: it goes only after a list of every kind in it has come back empty; what keeps it stands in its conditions.
// In Kubernetes: pkg/controller/namespace/deletion/namespaced_resources_deleter.go.

import type { ApiClient } from '../../core/contracts/api-client.ts';
import { type Clock, timestamp } from '../../core/contracts/clock.ts';
import {
  again,
  type Controller,
  done,
  type Informer,
  type Informers,
  type Result,
  type Source,
} from '../../core/contracts/controller.ts';
import { from, itself } from '../../core/control/sources.ts';
import { updateStatus } from '../../core/control/update-status.ts';
import { type Namespace, Namespaces } from '../../core/model/namespace.ts';
import type { Resource } from '../../core/model/resource.ts';
import { ApiError } from '../../core/model/status.ts';
import { conditionsAfter } from './conditions.ts';
import { empty, type Remains } from './contents.ts';

/** What stands in spec.finalizers while there may be something in the namespace. */
const finalizer = 'kubernetes';

export interface NamespaceControllerOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  /** All kinds whose objects may be in a namespace. */
  readonly resources: readonly Resource[];
}

export class NamespaceController implements Controller {
  readonly name = 'namespace';
  readonly workers = 10;
  readonly #options: NamespaceControllerOptions;
  readonly #resources: readonly Resource[];
  #namespaces!: Informer<Namespace>;

  constructor(options: NamespaceControllerOptions) {
    this.#options = options;
    this.#resources = options.resources.filter(({ namespaced }) => namespaced);
  }

  sources(informers: Informers): readonly Source[] {
    this.#namespaces = informers.of(Namespaces);
    return [from(this.#namespaces, itself)];
  }

  async reconcile(key: string): Promise<Result> {
    const namespace = this.#namespaces.get(key);
    if (namespace?.metadata.deletionTimestamp === undefined) return done;
    if (!namespace.spec?.finalizers?.includes(finalizer)) return done;
    try {
      const remains = await empty(this.#options.client, this.#resources, key);
      const told = await this.#tell(namespace, remains);
      if (remains.counts.size > 0 || remains.failures.length > 0) return again((remains.estimate / 2 + 1) * 1000);
      await this.#finalize(told);
    } catch (error) {
      // Gone already: that is what was wanted.
      if (!(error instanceof ApiError && error.code === 404)) throw error;
    }
    return done;
  }

  async #tell(namespace: Namespace, remains: Remains): Promise<Namespace> {
    const { client, clock } = this.#options;
    const before = namespace.status?.conditions;
    // A namespace that was empty from the start goes without a word, as in Kubernetes.
    const isNews = before !== undefined || remains.counts.size > 0 || remains.failures.length > 0;
    const conditions = isNews ? conditionsAfter(before, remains, timestamp(clock)) : before;
    if (namespace.status?.phase === 'Terminating' && conditions === before) return namespace;
    return updateStatus(client.of(Namespaces), namespace, ({ status }) => ({
      ...status,
      phase: 'Terminating',
      ...(conditions && { conditions }),
    }));
  }

  async #finalize(namespace: Namespace): Promise<void> {
    const finalizers = namespace.spec?.finalizers?.filter((one) => one !== finalizer) ?? [];
    const door = this.#options.client.of(Namespaces).subresource<Namespace>('finalize');
    await door.update({ ...namespace, spec: { ...namespace.spec, finalizers } });
  }
}
