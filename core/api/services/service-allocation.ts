// Addresses of Services. (placeholder, replaced below)
import type { KubeObject } from '../../model/meta.ts';
import type { Resource } from '../../model/resource.ts';

export interface Allocation {
  readonly object: KubeObject;
  undo(): void;
  settle(): void;
}
export class ServiceAllocation {
  async allocate(_resource: Resource, object: KubeObject, _previous: KubeObject | undefined): Promise<Allocation> {
    return { object, undo() {}, settle() {} };
  }
  release(_resource: Resource, _object: KubeObject): void {}
}
