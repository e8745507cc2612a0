// The plugin `authorizer-node`: a kubelet may do what its own node and pods need, and no more.

import { StoredObjects } from '../../core/api/stored-objects.ts';
import { plugin } from '../../core/cluster/plugin.ts';
import { AdmissionPlugin, Authorizer } from '../../core/contracts/api-server.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { Store } from '../../core/contracts/store.ts';
import { NodeAuthorizer } from './node-authorizer.ts';
import { NodeGraph } from './node-graph.ts';
import { NodeRestriction } from './node-restriction.ts';

export { isForbidden } from './node-restriction.ts';

export const authorizerNode = plugin({
  name: 'authorizer-node',
  description: 'kubelets may do what their own nodes and pods need (Node, NodeRestriction)',
  provides: [Authorizer, AdmissionPlugin],
  browserSafe: true,
  bind: ({ bind }) => {
    bind(Authorizer).toResolvedValue(
      (store: Store, clock: Clock) => new NodeAuthorizer(new NodeGraph(store), clock),
      [Store, Clock],
    );
    bind(AdmissionPlugin).toResolvedValue((store: Store) => new NodeRestriction(new StoredObjects(store)), [Store]);
  },
});
export default authorizerNode;
