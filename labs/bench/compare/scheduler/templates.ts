// Templates: objects that operations make many of, each in a YAML file of its own, named by a path. A path is looked for
// beside the workload file, then among Kubelab's own; the last by name alone, so that a file that was written for
// Kubernetes' scheduler_perf (`config/templates/pod-default.yaml`) finds them too.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { isRecord } from '../../../../core/cluster/checked-yaml.ts';
import type { KubeObject } from '../../../../core/model/meta.ts';
import type { Node } from '../../../../core/model/node.ts';
import type { Pod } from '../../../../core/model/pod.ts';
import { podResources, toResources } from '../../../../core/scheduling/pod-resources.ts';

export class Templates {
  readonly #folder: string;
  readonly #own: string;
  readonly #known = new Map<string, KubeObject>();

  /** @param folder of the workload file. @param own the folder of Kubelab's workloads */
  constructor(folder: string, own: string) {
    this.#folder = folder;
    this.#own = own;
  }

  /** @param kind that it must be, where only one will do. @throws Error that says what is the matter with it */
  get(name: string, kind?: string): KubeObject {
    const known = this.#known.get(name);
    const template = known ?? this.#read(name);
    this.#known.set(name, template);
    if (kind !== undefined && template.kind !== kind) {
      throw new Error(`template ${name} is a ${template.kind}; a ${kind} is wanted here`);
    }
    return template;
  }

  #read(name: string): KubeObject {
    const places = [
      path.resolve(this.#folder, name),
      path.join(this.#own, name),
      path.join(this.#own, 'templates', path.basename(name)),
    ];
    const file = places.find((place) => existsSync(place));
    if (file === undefined)
      throw new Error(`there is no template ${name}: neither at ${places[0]} nor in ${this.#own}`);
    let template: unknown;
    try {
      template = parse(readFileSync(file, 'utf8'));
    } catch (error) {
      throw new Error(`template ${name}: ${(error as Error).message.split('\n')[0]}`);
    }
    if (!isRecord(template) || typeof template.kind !== 'string' || typeof template.apiVersion !== 'string') {
      throw new Error(`template ${name} is no object of Kubernetes: wanted apiVersion, kind and metadata`);
    }
    const object = { ...template, metadata: template.metadata ?? {} } as KubeObject;
    try {
      checkAmounts(object);
    } catch (error) {
      throw new Error(`template ${name}: ${(error as Error).message}`);
    }
    return object;
  }
}

/** What schedulers count: if it cannot be read, that is the template's fault and not theirs. @throws Error */
function checkAmounts(object: KubeObject): void {
  if (object.kind === 'Node') toResources((object as Node).status?.capacity, { pods: 0 });
  if (object.kind !== 'Pod') return;
  const { spec } = object as Partial<Pod>;
  if (!Array.isArray(spec?.containers) || spec.containers.length === 0)
    throw new Error('spec.containers must be a list');
  podResources(object as Pod);
}
