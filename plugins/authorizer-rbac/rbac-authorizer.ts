// RBAC: who may do what is said by roles, and by bindings that give roles to people. Roles only ever allow: what no role
// allows is refused by nobody in particular, for want of somebody who allows it.
// Always true: a question costs a look-up by the asker's name and groups, and the rules of the roles found. A no is
//   thought over once, a turn later: the store may have told of a new binding and not been heard yet.
// In real Kubernetes: plugin/pkg/auth/authorizer/rbac.

import { allows } from '../../core/authorization/rule-matching.ts';
import type { ApiClient, UserInfo } from '../../core/contracts/api-client.ts';
import type { Attributes, Authorizer, Opinion, RulesFor } from '../../core/contracts/api-server.ts';
import type { Clock } from '../../core/contracts/clock.ts';
import { nextTurn } from '../../core/time/turn.ts';
import { reconcileDefaults } from './defaults/reconcile.ts';
import type { Grant, Policies } from './policies.ts';

const noOpinion: Opinion = { decision: 'no opinion' };

export class RbacAuthorizer implements Authorizer {
  readonly name = 'RBAC';
  readonly #policies: Policies;
  readonly #clock: Clock;

  constructor(policies: Policies, clock: Clock) {
    this.#policies = policies;
    this.#clock = clock;
  }

  authorize(attributes: Attributes): Opinion | Promise<Opinion> {
    const filling = this.#policies.ready();
    if (filling) return this.#later(filling, attributes);
    const opinion = this.#decide(attributes);
    return opinion.decision === 'allow' ? opinion : this.#later(this.#clock.hold(nextTurn()), attributes);
  }

  async rulesFor(user: UserInfo, namespace: string): Promise<RulesFor> {
    await this.#policies.ready();
    const grants = [...this.#policies.of(user, namespace)];
    const missing = whatIsMissing(grants);
    return { rules: grants.flatMap(({ rules = [] }) => rules), ...(missing !== undefined && { incomplete: missing }) };
  }

  /** Puts Kubernetes' default roles and bindings into the API, or what is missing of them. */
  begin(client: ApiClient): Promise<void> {
    return reconcileDefaults(client);
  }

  async #later(wait: Promise<unknown>, attributes: Attributes): Promise<Opinion> {
    await wait;
    await this.#policies.ready();
    return this.#decide(attributes);
  }

  #decide(attributes: Attributes): Opinion {
    const broken: Grant[] = [];
    for (const grant of this.#policies.of(attributes.user, attributes.namespace)) {
      if (!grant.rules) broken.push(grant);
      else if (grant.rules.some((rule) => allows(rule, attributes))) return new Allowed(grant);
    }
    const missing = whatIsMissing(broken);
    return missing === undefined ? noOpinion : { decision: 'no opinion', reason: `RBAC: ${missing}` };
  }
}

/** A yes, that can say why: nobody asks before a request, and reviews do. */
class Allowed implements Opinion {
  readonly decision = 'allow';
  readonly #grant: Grant;

  constructor(grant: Grant) {
    this.#grant = grant;
  }

  get reason(): string {
    return `RBAC: allowed by ${described(this.#grant)}`;
  }
}

/** The roles that bindings name and that are not there, in the words of Kubernetes' listers. */
export function whatIsMissing(grants: readonly Grant[]): string | undefined {
  const texts = new Set(
    grants.filter(({ rules }) => !rules).map(({ binding: { roleRef } }) => noSuchRole(roleRef.kind, roleRef.name)),
  );
  const [only, ...more] = texts;
  return more.length === 0 ? only : `[${[...texts].join(', ')}]`;
}

export const noSuchRole = (kind: string, name: string): string =>
  `${kind.toLowerCase()}.rbac.authorization.k8s.io ${JSON.stringify(name)} not found`;

/** `ClusterRoleBinding "a" of ClusterRole "view" to User "ann"` */
function described({ binding: { metadata, roleRef }, subject }: Grant): string {
  const { name, namespace } = metadata;
  const place = namespace === undefined ? '' : `/${namespace}`;
  const home = subject.kind === 'ServiceAccount' ? `/${subject.namespace || namespace || ''}` : '';
  const binding = `${namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding'} ${JSON.stringify(name + place)}`;
  return `${binding} of ${roleRef.kind} ${JSON.stringify(roleRef.name)} to ${subject.kind} ${JSON.stringify(subject.name + home)}`;
}
