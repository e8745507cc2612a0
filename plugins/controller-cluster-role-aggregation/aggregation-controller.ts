// Aggregation controller: keeps the rules of ClusterRoles that are sums of others (admin, edit, view). A change of any
// ClusterRole is a look at all sums, of which there are few.
// In real Kubernetes: pkg/controller/clusterroleaggregation.

import { aggregated } from '../../core/authorization/aggregated.ts';
import type { ApiClient } from '../../core/contracts/api-client.ts';
import {
  type Controller,
  done,
  type Informer,
  type Informers,
  type Result,
  type Source,
} from '../../core/contracts/controller.ts';
import { from } from '../../core/control/sources.ts';
import { equal } from '../../core/model/equal.ts';
import { type ClusterRole, ClusterRoles } from '../../core/model/role.ts';
import { ApiError } from '../../core/model/status.ts';

export class ClusterRoleAggregationController implements Controller {
  readonly name = 'clusterrole-aggregation';
  readonly #client: ApiClient;
  #roles!: Informer<ClusterRole>;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  sources(informers: Informers): readonly Source[] {
    this.#roles = informers.of(ClusterRoles);
    const sums = () => this.#all().flatMap((role) => (role.aggregationRule ? role.metadata.name : []));
    return [from(this.#roles, sums)];
  }

  /** @param key name of the ClusterRole */
  async reconcile(key: string): Promise<Result> {
    const role = this.#roles.get(key);
    if (!role?.aggregationRule || role.metadata.deletionTimestamp !== undefined) return done;
    const rules = aggregated(role, this.#all());
    if (equal(rules, role.rules ?? [])) return done;
    try {
      await this.#client.of(ClusterRoles).update({ ...role, rules });
    } catch (error) {
      // Gone, or changed meanwhile: then the change brings the key back.
      if (!(error instanceof ApiError) || (error.code !== 404 && error.code !== 409)) throw error;
    }
    return done;
  }

  #all(): ClusterRole[] {
    return [...this.#roles.all()];
  }
}
