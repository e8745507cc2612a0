// The parts of roles and their bindings (rbac.authorization.k8s.io): what may be done, who may, and by which role.

import { LabelSelector } from './label-selector.ts';
import { NestedList, Text, TextList } from './rules.ts';

export const rbacGroup = 'rbac.authorization.k8s.io';

/** Verbs on resources, or on paths that are none. `*` stands for all of them; everything is allowed, nothing ever denied. */
export class PolicyRule {
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`; `impersonate`, `bind`, `escalate`. */
  @TextList() readonly verbs!: readonly string[];
  /** '' is the core group. */
  @TextList() readonly apiGroups?: readonly string[];
  /** `pods`, `pods/log`; `*` with all that is beneath, `*\/scale`: that one beneath anything. */
  @TextList() readonly resources?: readonly string[];
  /** These objects alone. None: all of them. */
  @TextList() readonly resourceNames?: readonly string[];
  /** `/healthz`, `/healthz/*`: in ClusterRoles only. */
  @TextList() readonly nonResourceURLs?: readonly string[];
}

/** Who is given a role. */
export class Subject {
  /** `User`, `Group` or `ServiceAccount`. */
  @Text() readonly kind!: string;
  /** rbac.authorization.k8s.io for users and groups, '' for service accounts. */
  @Text() readonly apiGroup?: string;
  @Text() readonly name!: string;
  /** Of a service account. */
  @Text() readonly namespace?: string;
}

/** The role that is given. Decided at birth. */
export class RoleRef {
  @Text() readonly apiGroup!: string;
  /** `Role`, of the binding's own namespace, or `ClusterRole`. */
  @Text() readonly kind!: string;
  @Text() readonly name!: string;
}

/** The role is the sum of other ClusterRoles: those with labels that one of the selectors wants. */
export class AggregationRule {
  @NestedList(() => LabelSelector) readonly clusterRoleSelectors?: readonly LabelSelector[];
}
