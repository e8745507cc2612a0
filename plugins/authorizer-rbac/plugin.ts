// The plugin `authorizer-rbac`: roles and bindings decide who may do what.

import { plugin } from '../../core/cluster/plugin.ts';
import { slot } from '../../core/cluster/token.ts';
import { AdmissionPlugin, Authorizer } from '../../core/contracts/api-server.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { Store } from '../../core/contracts/store.ts';
import { NoEscalation } from './escalation.ts';
import { Policies } from './policies.ts';
import { RbacAuthorizer } from './rbac-authorizer.ts';

/** Who decides and who guards the roles look at the same ones. */
const shared = slot<Policies>('Policies');

export const authorizerRbac = plugin({
  name: 'authorizer-rbac',
  description: 'roles and bindings decide who may do what (RBAC)',
  provides: [Authorizer, AdmissionPlugin],
  browserSafe: true,
  bind: ({ bind }) => {
    bind(shared).toResolvedValue((store: Store) => new Policies(store), [Store]);
    bind(Authorizer).toResolvedValue(
      (policies: Policies, clock: Clock) => new RbacAuthorizer(policies, clock),
      [shared, Clock],
    );
    bind(AdmissionPlugin).toResolvedValue(
      (policies: Policies, authorizers: Authorizer[]) => new NoEscalation(policies, authorizers),
      [shared, { serviceIdentifier: Authorizer, isMultiple: true }],
    );
  },
});
export default authorizerRbac;
