// Node authorizer: what a kubelet may do, who is `system:node:NAME` in the group system:nodes. What is about one object of
// its pods, the graph decides; its own Lease, node and pods, their names; the rest are rules that all nodes have.
// It never says no: RBAC may have given a node more. The reasons are Kubernetes' own.
// In real Kubernetes: plugin/pkg/auth/authorizer/node/node_authorizer.go.

import { nodeRules } from '../../core/authorization/node-rules.ts';
import { allows } from '../../core/authorization/rule-matching.ts';
import type { UserInfo } from '../../core/contracts/api-client.ts';
import type { Attributes, Authorizer, Opinion, RulesFor } from '../../core/contracts/api-server.ts';
import type { Clock } from '../../core/contracts/clock.ts';
import { wantedValue } from '../../core/model/fields.ts';
import { nextTurn } from '../../core/time/turn.ts';
import { type NodeGraph, thingKey } from './node-graph.ts';

const allow: Opinion = { decision: 'allow' };
const unknown: Opinion = { decision: 'no opinion' };
const because = (reason: string): Opinion => ({ decision: 'no opinion', reason });

/** The node that the user is the kubelet of. */
export function nodeOf({ name, groups }: UserInfo): string | undefined {
  if (!name.startsWith('system:node:') || !groups.includes('system:nodes')) return undefined;
  return name.slice('system:node:'.length);
}

const reads = ['get', 'list', 'watch'];
const leaseVerbs = ['get', 'create', 'update', 'patch', 'delete'];

export class NodeAuthorizer implements Authorizer {
  readonly name = 'Node';
  readonly #graph: NodeGraph;
  readonly #clock: Clock;

  constructor(graph: NodeGraph, clock: Clock) {
    this.#graph = graph;
    this.#clock = clock;
  }

  authorize(attributes: Attributes): Opinion | Promise<Opinion> {
    const node = nodeOf(attributes.user);
    if (node === undefined) return unknown;
    const { resource, subresource, group = '' } = attributes;
    const what = `${resource}${subresource === undefined ? '' : `/${subresource}`}.${group}`;
    switch (what) {
      case 'secrets.':
      case 'configmaps.':
        return this.#ofItsPods(node, attributes, reads, 'can only read resources of this type');
      case 'persistentvolumeclaims.':
      case 'persistentvolumes.':
        return this.#ofItsPods(node, attributes, ['get'], 'can only get individual resources of this type');
      case 'persistentvolumeclaims/status.':
        return this.#ofItsPods(node, attributes, ['get', 'update', 'patch'], 'can only get/update/patch this type');
      case 'serviceaccounts/token.':
        return this.#ofItsPods(node, attributes, ['create'], 'can only create tokens for individual service accounts');
      case 'pods.':
        if (!reads.includes(attributes.verb)) break;
        if (attributes.verb === 'get') return this.#ofItsPods(node, attributes, ['get'], '');
        return wantedValue(attributes.fieldSelector ?? '', 'spec.nodeName') === node ? allow : because(wantsSelector);
      case 'nodes.':
        if (!reads.includes(attributes.verb) || attributes.name === node) break;
        return because(
          `node '${node}' cannot read ${attributes.name ? `'${attributes.name}'` : 'all nodes'}, only its own Node object`,
        );
      case 'leases.coordination.k8s.io':
        return ownLease(node, attributes);
      case 'csinodes.storage.k8s.io':
        return named(node, attributes, 'CSINode');
    }
    return nodeRules.some((rule) => allows(rule, attributes)) ? allow : unknown;
  }

  rulesFor(user: UserInfo): RulesFor {
    return {
      rules: [],
      ...(nodeOf(user) !== undefined && { incomplete: 'node authorizer does not support user rule resolution' }),
    };
  }

  #ofItsPods(node: string, attributes: Attributes, verbs: readonly string[], only: string): Opinion | Promise<Opinion> {
    const { verb, name, namespace, resource = '' } = attributes;
    if (!verbs.includes(verb)) return because(only);
    if (!name) return because('No Object name found');
    const known = () => this.#graph.uses(node, resource, thingKey(namespace, name));
    const filling = this.#graph.ready();
    if (!filling && known()) return allow;
    // The pod may have been placed a moment ago, and not been heard of yet: a no is thought over once.
    const again = async (): Promise<Opinion> => {
      await (filling ?? this.#clock.hold(nextTurn()));
      await this.#graph.ready();
      return known() ? allow : because(`no relationship found between node '${node}' and this object`);
    };
    return again();
  }
}

const wantsSelector = 'can only list/watch pods with spec.nodeName field selector';

function ownLease(node: string, { verb, namespace, name }: Attributes): Opinion {
  if (!leaseVerbs.includes(verb)) return because('can only get, create, update, patch, or delete a node lease');
  if (namespace !== 'kube-node-lease')
    return because('can only access leases in the "kube-node-lease" system namespace');
  // Who creates does not name: admission (node-restriction.ts) looks at what comes in.
  if (verb !== 'create' && name !== node)
    return because('can only access node lease with the same name as the requesting node');
  return allow;
}

function named(node: string, { verb, name }: Attributes, kind: string): Opinion {
  if (!leaseVerbs.includes(verb)) return because(`can only get, create, update, patch, or delete a ${kind}`);
  return verb === 'create' || name === node
    ? allow
    : because(`can only access ${kind} with the same name as the requesting node`);
}
