// Service account controller: every namespace has the account `default`, which its pods speak as unless told otherwise.
// In Kubernetes: pkg/controller/serviceaccount/serviceaccounts_controller.go.

import type { ApiClient } from '../../core/contracts/api-client.ts';
import {
  type Controller,
  done,
  type Informer,
  type Informers,
  type Result,
  type Source,
} from '../../core/contracts/controller.ts';
import { from } from '../../core/control/sources.ts';
import { type ServiceAccount, ServiceAccounts } from '../../core/model/service-account.ts';
import { createUnlessThere, LiveNamespaces } from './live-namespaces.ts';

const accountName = 'default';

export class ServiceAccountController implements Controller {
  readonly name = 'serviceaccount';
  readonly #client: ApiClient;
  #namespaces!: LiveNamespaces;
  #accounts!: Informer<ServiceAccount>;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  sources(informers: Informers): readonly Source[] {
    this.#namespaces = new LiveNamespaces(informers);
    this.#accounts = informers.of(ServiceAccounts);
    const deleted = from(this.#accounts, ({ type, object: { metadata } }) =>
      type === 'delete' && metadata.name === accountName && metadata.namespace ? [metadata.namespace] : [],
    );
    return [this.#namespaces.source, deleted];
  }

  /** @param namespace its name */
  async reconcile(namespace: string): Promise<Result> {
    if (!this.#namespaces.has(namespace) || this.#accounts.get(`${namespace}/${accountName}`)) return done;
    await createUnlessThere(this.#client.of(ServiceAccounts).in(namespace), { metadata: { name: accountName } });
    return done;
  }
}
