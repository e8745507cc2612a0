// Policies: all roles and bindings, filed by whom they concern. A question looks up the asker's name and groups, and sees
// the bindings of those alone, however many there are.
//   for (const { rules, binding } of policies.of(user, 'default')) ...
// Always true: what the store has told is here; a role that a binding names and that is not there gives nothing, and is
//   named in `missing`. In real Kubernetes: pkg/registry/rbac/validation/rule.go, over informers.

import { StoreMirror } from '../../core/api/store-mirror.ts';
import type { UserInfo } from '../../core/contracts/api-client.ts';
import type { Store } from '../../core/contracts/store.ts';
import type { KubeObject } from '../../core/model/meta.ts';
import type { PolicyRule, RoleRef, Subject } from '../../core/model/policy-rule.ts';
import type { Resource } from '../../core/model/resource.ts';
import { type ClusterRole, ClusterRoles, type Role, Roles } from '../../core/model/role.ts';
import { ClusterRoleBindings, type RoleBinding, RoleBindings } from '../../core/model/role-binding.ts';

/** A role that somebody has, and by which binding. */
export interface Grant {
  readonly binding: RoleBinding;
  /** The subject of the binding that is the asker. */
  readonly subject: Subject;
  /** Undefined when there is no such role. */
  readonly rules: readonly PolicyRule[] | undefined;
}

type Entry = Omit<Grant, 'rules'>;

const noEntries: ReadonlySet<Entry> = new Set();

export class Policies {
  readonly #roles = new Map<string, readonly PolicyRule[]>();
  /** Bindings by subject: of a namespace under `NAMESPACE u:NAME`, of the whole cluster under ` u:NAME`. */
  readonly #bySubject = new Map<string, Set<Entry>>();
  readonly #entries = new Map<string, readonly (readonly [string, Entry])[]>();
  readonly #subjects = new WeakMap<UserInfo, readonly string[]>();
  readonly #mirrors: readonly StoreMirror<KubeObject>[];

  constructor(store: Pick<Store, 'list' | 'watch'>) {
    const mirror = <T extends KubeObject>(
      resource: Resource<T>,
      changed: (now: T | undefined, before: T | undefined) => void,
      clear: () => void,
    ) => new StoreMirror<T>(store, resource, { changed, cleared: clear }) as unknown as StoreMirror<KubeObject>;
    const roles = <T extends Role | ClusterRole>(resource: Resource<T>) =>
      mirror(
        resource,
        (now, before) => this.#role(now, before),
        () => drop(this.#roles, resource.namespaced),
      );
    const bindings = <T extends RoleBinding>(resource: Resource<T>) =>
      mirror(
        resource,
        (now, before) => this.#binding(now, before),
        () => {
          drop(this.#bySubject, resource.namespaced);
          drop(this.#entries, resource.namespaced);
        },
      );
    this.#mirrors = [roles(Roles), roles(ClusterRoles), bindings(RoleBindings), bindings(ClusterRoleBindings)];
  }

  /** Undefined when everything is known; else wait for it. */
  ready(): Promise<unknown> | undefined {
    let filling: Promise<unknown>[] | undefined;
    for (const mirror of this.#mirrors) {
      const one = mirror.ready();
      if (one) filling = [...(filling ?? []), one];
    }
    return filling && Promise.all(filling);
  }

  /** The roles that a user has: those of the whole cluster first, then those of the namespace, if it is about one. */
  *of(user: UserInfo, namespace: string | undefined): Generator<Grant> {
    for (const where of namespace ? ['', namespace] : [''])
      for (const who of this.#subjectsOf(user))
        for (const { binding, subject } of this.#bySubject.get(`${where} ${who}`) ?? noEntries)
          yield { binding, subject, rules: this.rulesOf(binding.roleRef, where) };
  }

  /** The rules of a role; undefined when there is none. @param namespace of the binding: a Role is looked for there */
  rulesOf({ kind, name }: RoleRef, namespace: string): readonly PolicyRule[] | undefined {
    return this.#roles.get(kind === 'ClusterRole' ? `/${name}` : `${namespace}/${name}`);
  }

  /** What bindings may call a user. Whoever holds a connection asks as the same one again and again. */
  #subjectsOf(user: UserInfo): readonly string[] {
    let subjects = this.#subjects.get(user);
    if (!subjects) {
      subjects = [`u:${user.name}`, ...user.groups.map((group) => `g:${group}`)];
      this.#subjects.set(user, subjects);
    }
    return subjects;
  }

  #role(now: Role | undefined, before: Role | undefined): void {
    if (now) this.#roles.set(keyOf(now), now.rules ?? []);
    else if (before) this.#roles.delete(keyOf(before));
  }

  #binding(now: RoleBinding | undefined, before: RoleBinding | undefined): void {
    const key = keyOf((now ?? before) as RoleBinding);
    for (const [subject, entry] of this.#entries.get(key) ?? []) {
      const others = this.#bySubject.get(subject);
      others?.delete(entry);
      if (others?.size === 0) this.#bySubject.delete(subject);
    }
    this.#entries.delete(key);
    if (!now) return;
    const { namespace = '' } = now.metadata;
    const entries = (now.subjects ?? []).flatMap((subject): (readonly [string, Entry])[] => {
      const who = userOrGroup(subject, namespace);
      return who === undefined ? [] : [[`${namespace} ${who}`, { binding: now, subject }]];
    });
    for (const [subject, entry] of entries) {
      const others = this.#bySubject.get(subject);
      if (others) others.add(entry);
      else this.#bySubject.set(subject, new Set([entry]));
    }
    this.#entries.set(key, entries);
  }
}

/** `default/pod-reader`, `/view` */
const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

function userOrGroup({ kind, name, namespace }: Subject, bindingNamespace: string): string | undefined {
  if (kind === 'User') return `u:${name}`;
  if (kind === 'Group') return `g:${name}`;
  // A RoleBinding means a service account of its own namespace unless it says another one.
  const home = namespace || bindingNamespace;
  return kind === 'ServiceAccount' && home !== '' ? `u:system:serviceaccount:${home}:${name}` : undefined;
}

/** Takes out the keys of a namespace, or those of none. */
function drop(map: Map<string, unknown>, namespaced: boolean): void {
  for (const key of [...map.keys()]) if (namespaced !== (key.startsWith('/') || key.startsWith(' '))) map.delete(key);
}
