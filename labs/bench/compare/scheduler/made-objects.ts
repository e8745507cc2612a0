// Made objects: what operations create, from their templates. Names are the template's generateName (or name) and a number,
// so that the same workload makes the same objects; pods of one template share their spec, as those of a ReplicaSet do.

import type { KubeObject, ObjectMeta } from '../../../../core/model/meta.ts';
import type { Node } from '../../../../core/model/node.ts';
import type { Pod } from '../../../../core/model/pod.ts';
import type { Step } from './workload.ts';

const born = '2026-01-01T00:00:00Z';

export class MadeObjects {
  readonly #numbers = new Map<string, number>();
  readonly #specs = new WeakMap<Pod, Pod['spec']>();

  /** @param namespace undefined: of a kind that has none */
  any<T extends KubeObject>(template: T, namespace?: string, labels?: ObjectMeta['labels']): T {
    const { generateName, name = '', ...rest } = template.metadata;
    const base = generateName ?? (name === '' ? `${template.kind.toLowerCase()}-` : `${name}-`);
    const number = this.#numbers.get(base) ?? 0;
    this.#numbers.set(base, number + 1);
    const made = `${base}${number}`;
    const metadata = {
      ...rest,
      name: made,
      ...(namespace !== undefined && { namespace }),
      uid: `uid-${namespace ?? ''}-${made}`,
      resourceVersion: '1',
      creationTimestamp: born,
      ...((rest.labels || labels) && { labels: { ...rest.labels, ...labels } }),
    };
    return { ...template, metadata };
  }

  pod(template: Pod, namespace: string): Pod {
    let spec = this.#specs.get(template);
    if (!spec) {
      spec = { ...template.spec, schedulerName: template.spec.schedulerName ?? 'default-scheduler' };
      this.#specs.set(template, spec);
    }
    // Written out: all pods have one shape, as those have that come from the API.
    const { apiVersion, kind } = template;
    const { labels, annotations } = template.metadata;
    const { name, uid, resourceVersion, creationTimestamp } = this.any(template, namespace).metadata;
    const metadata = {
      name,
      namespace,
      uid,
      resourceVersion,
      creationTimestamp,
      ...(labels && { labels }),
      ...(annotations && { annotations }),
    };
    return { apiVersion, kind, metadata, spec, status: { phase: 'Pending' } } as Pod;
  }

  /** @param at which of its step's nodes */
  node({ template, label, uniqueLabel, allocatable }: Extract<Step, { do: 'createNodes' }>, at: number): Node {
    const node = this.any(template);
    const { name } = node.metadata;
    const labels = {
      'kubernetes.io/hostname': name,
      ...node.metadata.labels,
      ...(label && { [label.key]: label.values[at % label.values.length]! }),
      ...(uniqueLabel !== undefined && { [uniqueLabel]: name }),
    };
    const capacity = { ...node.status?.capacity, ...allocatable };
    return {
      ...node,
      metadata: { ...node.metadata, labels },
      spec: node.spec ?? {},
      status: { ...node.status, capacity, allocatable: { ...capacity, ...node.status?.allocatable, ...allocatable } },
    } as Node;
  }

  /** Of a kind that an operation names by its template. */
  ofKind(template: KubeObject, namespace: string): KubeObject {
    if (template.kind === 'Pod') return this.pod(template as Pod, namespace);
    if (template.kind === 'Node') {
      return this.node({ do: 'createNodes', count: 1, template: template as Node }, 0);
    }
    return this.any(template, withoutNamespace.has(template.kind) ? undefined : namespace);
  }
}

/** Kinds that are in no namespace. */
const withoutNamespace = new Set(['Namespace', 'Node', 'PersistentVolume', 'PriorityClass', 'StorageClass']);
