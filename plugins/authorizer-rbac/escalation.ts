// No escalation: who writes a role or gives one away must have all its rights, in the place where it counts. Else whoever
// may write roles would be as good as the cluster's owner. Two verbs lift the rule: `escalate` on a role lets it be
// written, `bind` on a role lets it be given away.
// In real Kubernetes: pkg/registry/rbac/{role,clusterrole,rolebinding,clusterrolebinding}/policybased.

import { opinionOf } from '../../core/api/authorize.ts';
import type { UserInfo } from '../../core/contracts/api-client.ts';
import type { AdmissionPlugin, AdmissionRequest, Attributes, Authorizer } from '../../core/contracts/api-server.ts';
import { equal } from '../../core/model/equal.ts';
import { type PolicyRule, rbacGroup } from '../../core/model/policy-rule.ts';
import type { ClusterRole } from '../../core/model/role.ts';
import type { RoleBinding } from '../../core/model/role-binding.ts';
import { ApiError, forbidden } from '../../core/model/status.ts';
import { compact, goList, notCovered, ruleText } from './covers.ts';
import type { Policies } from './policies.ts';
import { noSuchRole, whatIsMissing } from './rbac-authorizer.ts';

const everything: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

export class NoEscalation implements AdmissionPlugin {
  readonly name = 'RBACNoEscalation';
  readonly #policies: Policies;
  readonly #authorizers: readonly Authorizer[];

  constructor(policies: Policies, authorizers: readonly Authorizer[]) {
    this.#policies = policies;
    this.#authorizers = authorizers;
  }

  validate(request: AdmissionRequest): Promise<void> | void {
    const { target, user, operation, object, previous } = request;
    const { group, plural } = target.resource;
    if (group !== rbacGroup || operation === 'DELETE' || !object) return;
    if (user.groups.includes('system:masters')) return;
    // The garbage collector may let an object go, whatever rights it gives.
    if (previous && onlyOwnersChange(object, previous)) return;
    if (plural === 'roles' || plural === 'clusterroles') return this.#role(request, object as ClusterRole);
    if (plural === 'rolebindings' || plural === 'clusterrolebindings')
      return this.#given(request, object as RoleBinding);
  }

  async #role({ user, target, operation, previous }: AdmissionRequest, role: ClusterRole): Promise<void> {
    const { resource, namespace, name } = target;
    const where = { group: rbacGroup, resource: resource.plural, ...(namespace !== undefined && { namespace }) };
    // A name that is about to be taken is not known yet to who asks for the right.
    const named = operation === 'UPDATE' && { name };
    if (await this.#may({ user, verb: 'escalate', ...where, ...named })) return;
    const missing = await this.#missing(user, namespace, role.rules ?? []);
    if (missing !== undefined) throw forbidden(resource, name, missing);
    if (!role.aggregationRule && !(previous as ClusterRole | undefined)?.aggregationRule) return;
    if ((await this.#missing(user, undefined, everything)) !== undefined)
      throw forbidden(resource, name, 'must have cluster-admin privileges to use aggregationRules');
  }

  async #given({ user, target }: AdmissionRequest, { roleRef }: RoleBinding): Promise<void> {
    const { resource, namespace, name } = target;
    const plural = roleRef.kind === 'ClusterRole' ? 'clusterroles' : 'roles';
    const about = { group: roleRef.apiGroup, resource: plural, name: roleRef.name };
    if (await this.#may({ user, verb: 'bind', ...about, ...(namespace !== undefined && { namespace }) })) return;
    await this.#policies.ready();
    const rules = this.#policies.rulesOf(roleRef, namespace ?? '');
    if (!rules) {
      const details = { name: roleRef.name, group: rbacGroup, kind: roleRef.kind.toLowerCase() };
      throw new ApiError(404, 'NotFound', noSuchRole(roleRef.kind, roleRef.name), details);
    }
    const missing = await this.#missing(user, namespace, rules);
    if (missing !== undefined) throw forbidden(resource, name, missing);
  }

  /** Why the user may not give these rights away; undefined when they have them all. */
  async #missing(user: UserInfo, namespace: string | undefined, wanted: readonly PolicyRule[]) {
    await this.#policies.ready();
    const grants = [...this.#policies.of(user, namespace)];
    const missing = notCovered(
      grants.flatMap(({ rules = [] }) => rules),
      wanted,
    );
    if (missing.length === 0) return undefined;
    const lines = [...new Set(compact(missing).map(ruleText))].sort().join('\n');
    const unknown = whatIsMissing(grants);
    const errors = unknown === undefined ? '' : `; resolution errors: [${unknown}]`;
    const who = `user ${JSON.stringify(user.name)} (groups=${goList(user.groups)})`;
    return `${who} is attempting to grant RBAC permissions not currently held:\n${lines}${errors}`;
  }

  async #may(attributes: Attributes): Promise<boolean> {
    return (await opinionOf(this.#authorizers, attributes)).decision === 'allow';
  }
}

/** Whether nothing but owner references and finalizers is to be another. */
function onlyOwnersChange(object: object, previous: object): boolean {
  const rest = (of: object) => {
    const { metadata, ...more } = of as { metadata: Record<string, unknown> };
    const { ownerReferences: _, finalizers: __, resourceVersion: ___, generation: ____, ...kept } = metadata;
    return { metadata: kept, ...more };
  };
  return equal(rest(object), rest(previous));
}
