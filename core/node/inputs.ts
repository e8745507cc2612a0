// Inputs: what a container is made of besides its pod: ConfigMaps, Secrets, tokens, services. Read from the API when a
// container is started, and for what is mounted once a minute. In real Kubernetes: the kubelet watches them.

import type { ApiClient } from '../contracts/api-client.ts';
import type { Informer } from '../contracts/controller.ts';
import { type ConfigMap, ConfigMaps } from '../model/config-map.ts';
import type { KubeObject } from '../model/meta.ts';
import { type PersistentVolumeClaim, PersistentVolumeClaims } from '../model/persistent-volume-claim.ts';
import type { Pod } from '../model/pod.ts';
import type { ResourceHandle } from '../model/resource.ts';
import { type Secret, Secrets } from '../model/secret.ts';
import type { Service } from '../model/service.ts';
import { ServiceAccounts } from '../model/service-account.ts';
import { ApiError } from '../model/status.ts';

export interface Inputs {
  /** undefined: there is none. */
  configMap(namespace: string, name: string): Promise<ConfigMap | undefined>;
  secret(namespace: string, name: string): Promise<Secret | undefined>;
  claim(namespace: string, name: string): Promise<PersistentVolumeClaim | undefined>;
  /** A token of the pod's service account, bound to the pod. */
  token(pod: Pod, audience: string | undefined, expirationSeconds: number): Promise<string>;
  services(namespace: string): readonly Service[];
  /** Whether anybody reads what is mounted; if not, it need not be there. */
  readonly readsFiles: boolean;
}

/** Reads from the API; services from a cache. */
export class ApiInputs implements Inputs {
  readonly #client: ApiClient;
  readonly #services: Informer<Service>;
  readonly readsFiles: boolean;

  /** @param readsFiles whether anybody reads what is mounted; if not, no tokens are asked for */
  constructor(client: ApiClient, services: Informer<Service>, readsFiles: boolean) {
    this.#client = client;
    this.#services = services;
    this.readsFiles = readsFiles;
  }

  configMap(namespace: string, name: string): Promise<ConfigMap | undefined> {
    return this.#find(ConfigMaps, namespace, name);
  }

  secret(namespace: string, name: string): Promise<Secret | undefined> {
    return this.#find(Secrets, namespace, name);
  }

  claim(namespace: string, name: string): Promise<PersistentVolumeClaim | undefined> {
    return this.#find(PersistentVolumeClaims, namespace, name);
  }

  async token(pod: Pod, audience: string | undefined, expirationSeconds: number): Promise<string> {
    if (!this.readsFiles) return '';
    const { name, namespace = '', uid } = pod.metadata;
    const answer = await this.#client
      .of(ServiceAccounts)
      .in(namespace)
      .post<{ status?: { token?: string } }>(pod.spec.serviceAccountName ?? 'default', 'token', {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        metadata: {},
        spec: {
          ...(audience !== undefined && { audiences: [audience] }),
          expirationSeconds,
          boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
        },
      });
    return answer.status?.token ?? '';
  }

  services(namespace: string): readonly Service[] {
    return this.#services.inNamespace(namespace);
  }

  async #find<T extends KubeObject>(resource: ResourceHandle<T>, namespace: string, name: string) {
    try {
      return await this.#client.of(resource).in(namespace).get(name);
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw error;
    }
  }
}

/** Base64, as Secrets and binaryData carry bytes. */
export const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

export const bytesOfText = (text: string): Uint8Array => new TextEncoder().encode(text);

export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
