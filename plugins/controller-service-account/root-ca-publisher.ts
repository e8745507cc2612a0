// Root CA publisher: every namespace has the ConfigMap `kube-root-ca.crt`, so that pods know whom to trust when they talk
// to the API server. What somebody writes into it is put right again.
// In Kubernetes: pkg/controller/certificates/rootcacertpublisher.

import type { ApiClient } from '../../core/contracts/api-client.ts';
import type { ClusterCa } from '../../core/contracts/cluster-ca.ts';
import {
  type Controller,
  done,
  type Informer,
  type Informers,
  type Result,
  type Source,
} from '../../core/contracts/controller.ts';
import { semanticEqual } from '../../core/control/equality.ts';
import { from } from '../../core/control/sources.ts';
import { type ConfigMap, ConfigMaps } from '../../core/model/config-map.ts';
import { createUnlessThere, LiveNamespaces } from './live-namespaces.ts';

const mapName = 'kube-root-ca.crt';
const description = {
  'kubernetes.io/description':
    'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the ' +
    'internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
};

export class RootCaPublisher implements Controller {
  readonly name = 'root-ca-certificate-publisher';
  readonly #client: ApiClient;
  readonly #ca: ClusterCa;
  #namespaces!: LiveNamespaces;
  #maps!: Informer<ConfigMap>;

  constructor(client: ApiClient, ca: ClusterCa) {
    this.#client = client;
    this.#ca = ca;
  }

  sources(informers: Informers): readonly Source[] {
    this.#namespaces = new LiveNamespaces(informers);
    this.#maps = informers.of(ConfigMaps, { fieldSelector: `metadata.name=${mapName}` });
    const changed = from(this.#maps, ({ object: { metadata } }) => (metadata.namespace ? [metadata.namespace] : []));
    return [this.#namespaces.source, changed];
  }

  /** @param namespace its name */
  async reconcile(namespace: string): Promise<Result> {
    if (!this.#namespaces.has(namespace)) return done;
    const client = this.#client.of(ConfigMaps).in(namespace);
    const data = { 'ca.crt': this.#ca.certificate };
    const found = this.#maps.get(`${namespace}/${mapName}`);
    if (!found) {
      await createUnlessThere(client, { metadata: { name: mapName, annotations: description }, data });
    } else if (!semanticEqual(found.data, data) || !hasDescription(found)) {
      const annotations = { ...found.metadata.annotations, ...description };
      await client.update({ ...found, metadata: { ...found.metadata, annotations }, data });
    }
    return done;
  }
}

const hasDescription = ({ metadata }: ConfigMap): boolean =>
  Object.entries(description).every(([key, text]) => metadata.annotations?.[key] === text);
