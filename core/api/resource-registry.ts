// The kinds that are served, by the names they are asked for.

import type { Resources } from '../contracts/api-server.ts';
import type { Resource } from '../model/resource.ts';

export class ResourceRegistry implements Resources {
  readonly #all: readonly Resource[];
  readonly #byPlural = new Map<string, Resource>();
  /** What a plural was asked for last: most have one group and version, and every request asks. */
  readonly #lastOf = new Map<string, Resource>();
  readonly #byKind = new Map<string, Resource>();

  /** @throws Error when two resources have the same path. */
  constructor(resources: readonly Resource[]) {
    this.#all = resources;
    for (const resource of resources) {
      const path = `${resource.group}/${resource.version}/${resource.plural}`;
      if (this.#byPlural.has(path)) throw new Error(`two resources are registered as ${path}; take one out`);
      this.#byPlural.set(path, resource);
      this.#byKind.set(`${resource.group}/${resource.version}/${resource.kind}`, resource);
    }
  }

  all(): readonly Resource[] {
    return this.#all;
  }

  byPlural(group: string, version: string, plural: string): Resource | undefined {
    const last = this.#lastOf.get(plural);
    if (last?.group === group && last.version === version) return last;
    const found = this.#byPlural.get(`${group}/${version}/${plural}`);
    if (found) this.#lastOf.set(plural, found);
    return found;
  }

  byKind(group: string, version: string, kind: string): Resource | undefined {
    return this.#byKind.get(`${group}/${version}/${kind}`);
  }
}
