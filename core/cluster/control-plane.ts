// Control plane: the store and the API server that stands on it, put together from the plugins of a cluster. They are
// the one part of a cluster that all its components share.

import { standardAdmission } from '../api/admission/index.ts';
import { Api } from '../api/api.ts';
import type { Audit } from '../api/audit.ts';
import { standardAuthorizers } from '../api/authorizers.ts';
import { compactionInterval } from '../api/compaction.ts';
import { AdmissionPlugin, Authorizer } from '../contracts/api-server.ts';
import { Clock } from '../contracts/clock.ts';
import { Random } from '../contracts/random.ts';
import { Store } from '../contracts/store.ts';
import { TokenIssuer } from '../contracts/token-issuer.ts';
import { builtinResources } from '../model/index.ts';
import { Resource } from '../model/resource.ts';
import { ExchangeableStore } from '../storage/exchangeable-store.ts';
import type { Composition } from './composition.ts';
import { assemble, given } from './container.ts';
import { openStore } from './open-store.ts';
import type { ConfiguredPlugin } from './plugin.ts';
import { ClusterSetting } from './setting.ts';

export interface ControlPlane {
  /** Of the plugin that the cluster begins with; another one may take its place. */
  readonly store: ExchangeableStore;
  /** Opens the store of another plugin. */
  openStore(plugin: ConfiguredPlugin): Store;
  readonly api: Api;
  /** Who signs tokens, if a plugin does. */
  readonly tokens: TokenIssuer | undefined;
  /** In the order in which they are asked. */
  readonly authorizers: readonly Authorizer[];
}

/** Nothing runs yet, but the store is open: close it, whatever comes. */
export function controlPlane(
  { components, contributions }: Composition,
  setting: ClusterSetting,
  clock: Clock,
  chance: Random,
  audit?: Audit,
): ControlPlane {
  const base = [given(Clock, clock), given(ClusterSetting, setting)];
  const { plugin } = components.find(({ role }) => role === 'Store')!;
  const open = (one: ConfiguredPlugin) => openStore(one, setting, clock, chance.fork('store'));
  const store = new ExchangeableStore(open(plugin));
  const random = chance.fork('api');
  const container = assemble(contributions, [...base, given(Random, random), given(Store, store)]);
  const tokens = container.isBound(TokenIssuer) ? container.get(TokenIssuer) : undefined;
  const listed = container.isBound(Authorizer) ? container.getAll(Authorizer) : [];
  const authorizers = listed.length > 0 ? listed : standardAuthorizers();
  const api = new Api({
    store,
    resources: [...builtinResources, ...container.getAll(Resource)],
    admission: [...standardAdmission(store, random), ...container.getAll(AdmissionPlugin)],
    authorizers,
    clock,
    random,
    keepHistory: compactionInterval,
    ...(tokens && { tokens }),
    ...(audit && { audit }),
  });
  return { store, openStore: open, api, tokens, authorizers };
}
