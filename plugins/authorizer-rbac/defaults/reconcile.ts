// The default roles and bindings, put into the API at each start: what is missing is created, what has been taken out of
// one is added again. What somebody has added stays. Who wants one left alone writes on it
//   rbac.authorization.kubernetes.io/autoupdate: "false"
// In real Kubernetes: the API server's post-start hook rbac/bootstrap-roles.

import { aggregated } from '../../../core/authorization/aggregated.ts';
import type { ApiClient } from '../../../core/contracts/api-client.ts';
import { equal } from '../../../core/model/equal.ts';
import type { Draft, KubeObject } from '../../../core/model/meta.ts';
import type { ResourceHandle } from '../../../core/model/resource.ts';
import { type ClusterRole, ClusterRoles, Roles } from '../../../core/model/role.ts';
import { ClusterRoleBindings, type RoleBinding, RoleBindings } from '../../../core/model/role-binding.ts';
import { ApiError } from '../../../core/model/status.ts';
import { notCovered } from '../covers.ts';
import { clusterRoleBindings, roleBindings } from './bindings.ts';
import { controllerRoles } from './controller-roles.ts';
import { systemNamespaceRoles, systemRoles } from './system-roles.ts';
import { userRoles } from './user-roles.ts';

const autoupdate = 'rbac.authorization.kubernetes.io/autoupdate';

const clusterRoles: readonly Draft<ClusterRole>[] = [...userRoles, ...systemRoles, ...controllerRoles];

/** @throws ApiError when the API cannot be written */
export async function reconcileDefaults(client: ApiClient): Promise<void> {
  // A sum is born with its rules, so that nobody waits for the controller that keeps it.
  const born = inOrder(clusterRoles);
  await Promise.all([
    reconcile(client, ClusterRoles, born, completeRole),
    reconcile(client, Roles, systemNamespaceRoles, completeRole),
    reconcile(client, ClusterRoleBindings, clusterRoleBindings, completeBinding),
    reconcile(client, RoleBindings, roleBindings, completeBinding),
  ]);
}

/** The roles with the rules of sums filled in: view first, which is a part of edit, which is a part of admin. */
function inOrder(roles: readonly Draft<ClusterRole>[]): Draft<ClusterRole>[] {
  const filled = new Map(roles.map((role) => [role.metadata.name ?? '', role]));
  for (const name of ['view', 'edit', 'admin']) {
    const role = filled.get(name) as Draft<ClusterRole>;
    filled.set(name, { ...role, rules: aggregated(role, [...filled.values()]) });
  }
  return [...filled.values()];
}

/** @param complete the object as it should be: the one given when nothing is missing; undefined: it must be made anew */
async function reconcile<T extends KubeObject>(
  client: ApiClient,
  resource: ResourceHandle<T>,
  wanted: readonly Draft<T>[],
  complete: (standing: T, wanted: Draft<T>) => T | undefined,
): Promise<void> {
  const namespace = wanted[0]?.metadata.namespace;
  const door = namespace === undefined ? client.of(resource) : client.of(resource).in(namespace);
  const standing = new Map((await door.list()).items.map((one) => [one.metadata.name, one]));
  await Promise.all(
    wanted.map(async (one) => {
      const found = standing.get(one.metadata.name ?? '');
      try {
        if (!found) return void (await door.create(one));
        if (found.metadata.annotations?.[autoupdate] === 'false') return;
        const next = complete(withMetadata(found, one), one);
        if (next && !equal(next, found)) await door.update(next);
        if (next) return;
        await door.delete(found.metadata.name);
        await door.create(one);
      } catch (error) {
        // Another API server on the same store was faster, and has written the same.
        if (!(error instanceof ApiError && error.code === 409)) throw error;
      }
    }),
  );
}

/** With the labels and annotations that are missing; those that are there stay as they are. */
function withMetadata<T extends KubeObject>(object: T, { metadata }: Draft<T>): T {
  const labels = { ...metadata.labels, ...object.metadata.labels };
  const annotations = { ...metadata.annotations, ...object.metadata.annotations };
  return { ...object, metadata: { ...object.metadata, labels, annotations } };
}

function completeRole<T extends ClusterRole>(standing: T, wanted: Draft<T>): T {
  const selectors = wanted.aggregationRule?.clusterRoleSelectors;
  if (selectors) {
    const there = standing.aggregationRule?.clusterRoleSelectors ?? [];
    const missing = selectors.filter((selector) => !there.some((one) => equal(one, selector)));
    return { ...standing, aggregationRule: { clusterRoleSelectors: [...there, ...missing] } };
  }
  const rules = standing.rules ?? [];
  const missing = notCovered(rules, wanted.rules ?? []);
  return missing.length === 0 ? standing : { ...standing, rules: [...rules, ...missing] };
}

function completeBinding<T extends RoleBinding>(standing: T, wanted: Draft<T>): T | undefined {
  if (!equal(standing.roleRef, wanted.roleRef)) return undefined;
  const there = standing.subjects ?? [];
  const missing = (wanted.subjects ?? []).filter((subject) => !there.some((one) => equal(one, subject)));
  return missing.length === 0 ? standing : { ...standing, subjects: [...there, ...missing] };
}
