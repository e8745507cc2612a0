// Volumes, claims and classes as a test writes them.

import type { ApiClient } from '../../core/contracts/api-client.ts';
import { Events } from '../../core/model/event.ts';
import type { StringMap } from '../../core/model/meta.ts';
import { PersistentVolumes } from '../../core/model/persistent-volume.ts';
import { PersistentVolumeClaims } from '../../core/model/persistent-volume-claim.ts';
import { StorageClasses } from '../../core/model/storage-class.ts';

export class Storage {
  readonly #client: ApiClient;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  get claims() {
    return this.#client.of(PersistentVolumeClaims).in('default');
  }

  get volumes() {
    return this.#client.of(PersistentVolumes);
  }

  storageClass(name: string, provisioner: string, more: object = {}) {
    return this.#client.of(StorageClasses).create({ metadata: { name }, provisioner, ...more });
  }

  volume(name: string, storage: string, spec: object = {}, labels: StringMap = {}) {
    return this.volumes.create({
      metadata: { name, labels },
      spec: {
        capacity: { storage },
        accessModes: ['ReadWriteOnce'],
        ...(!('local' in spec) && { hostPath: { path: `/tmp/${name}` } }),
        ...spec,
      },
    });
  }

  claim(name: string, storage: string, spec: object = {}, annotations: StringMap = {}) {
    return this.claims.create({
      metadata: { name, annotations },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, ...spec },
    });
  }

  /** `Bound to disk`, `Pending` */
  async stateOf(claim: string): Promise<string> {
    const { spec, status } = await this.claims.get(claim);
    return spec.volumeName ? `${status?.phase} to ${spec.volumeName}` : `${status?.phase}`;
  }

  async phaseOf(volume: string): Promise<string | undefined> {
    return (await this.volumes.get(volume)).status?.phase;
  }

  /** `Normal FailedBinding: no persistent volumes ...` */
  async newsOf(name: string): Promise<string[]> {
    const { items } = await this.#client.of(Events).list();
    return items
      .filter((event) => event.involvedObject.name === name)
      .map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
  }
}
