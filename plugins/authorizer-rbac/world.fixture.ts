// An API in memory with RBAC and its default roles, for the specs of who may do what.

import { Api } from '../../core/api/api.ts';
import { LocalApiClient } from '../../core/api/local-api-client.ts';
import type { UserInfo } from '../../core/contracts/api-client.ts';
import type { Authorizer } from '../../core/contracts/api-server.ts';
import { builtinResources, Namespaces } from '../../core/model/index.ts';
import { type PolicyRule, rbacGroup, type Subject } from '../../core/model/policy-rule.ts';
import { ClusterRoles, Roles } from '../../core/model/role.ts';
import { ClusterRoleBindings, RoleBindings } from '../../core/model/role-binding.ts';
import { SeededRandom } from '../../core/time/random.ts';
import { VirtualClock } from '../../core/time/virtual-clock.ts';
import { MemoryStore } from '../store-memory/memory-store.ts';
import { NoEscalation } from './escalation.ts';
import { Policies } from './policies.ts';
import { RbacAuthorizer } from './rbac-authorizer.ts';

export class RbacWorld {
  readonly clock = new VirtualClock();
  readonly store = new MemoryStore(this.clock);
  readonly authorizers: readonly Authorizer[];
  readonly api: Api;
  readonly client: LocalApiClient;

  constructor(before: (world: Pick<RbacWorld, 'store' | 'clock'>) => readonly Authorizer[] = () => []) {
    const policies = new Policies(this.store);
    const authorizers = [...before(this), new RbacAuthorizer(policies, this.clock)];
    this.authorizers = authorizers;
    this.api = new Api({
      store: this.store,
      resources: builtinResources,
      admission: [new NoEscalation(policies, authorizers)],
      authorizers,
      clock: this.clock,
      random: new SeededRandom(1),
    });
    this.client = this.as('kubernetes-admin', 'system:masters');
  }

  async begin(): Promise<this> {
    for (const name of ['default', 'kube-system'])
      await this.client.of(Namespaces).create({ metadata: { name }, spec: {} });
    for (const one of this.authorizers) await one.begin?.(this.client);
    return this;
  }

  async stop(): Promise<void> {
    this.api.stop();
    await this.store.close();
  }

  as(name: string, ...groups: string[]): LocalApiClient {
    return new LocalApiClient(this.api, userOf(name, ...groups));
  }

  async role(name: string, ...rules: PolicyRule[]): Promise<void> {
    await this.client.of(Roles).in('default').create({ metadata: { name }, rules });
  }

  async clusterRole(name: string, ...rules: PolicyRule[]): Promise<void> {
    await this.client.of(ClusterRoles).create({ metadata: { name }, rules });
  }

  /** Gives a user the role `Role/NAME` or `ClusterRole/NAME`: in the namespace default, or everywhere. */
  async give(user: string | Subject, role: string, where: 'default' | 'everywhere' = 'default'): Promise<void> {
    const [kind = '', name = ''] = role.split('/');
    const subject = typeof user === 'string' ? { apiGroup: rbacGroup, kind: 'User', name: user } : user;
    const binding = {
      metadata: { name: `${subject.name}-${name}` },
      roleRef: { apiGroup: rbacGroup, kind, name },
      subjects: [subject],
    };
    if (where === 'default') await this.client.of(RoleBindings).in('default').create(binding);
    else await this.client.of(ClusterRoleBindings).create(binding);
  }
}

export const userOf = (name: string, ...groups: string[]): UserInfo => ({
  name,
  groups: [...groups, 'system:authenticated'],
});

/** The error's message, or 'done'. */
export const outcome = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: Error) => error.message,
  );
