// Standard: the plugins that come with Kubelab, as one list. Every name that `kubelab swap`, a configuration file or a
// Component may use is here; so are the controllers of an ordinary cluster.

import type { ConfiguredPlugin, Plugin } from '../core/cluster/plugin.ts';
import { apiHttp } from './api-http/plugin.ts';
import { authenticatorTokenFile } from './authenticator-token-file/plugin.ts';
import { authorizerNode } from './authorizer-node/plugin.ts';
import { authorizerRbac } from './authorizer-rbac/plugin.ts';
import { controllerClusterRoleAggregation } from './controller-cluster-role-aggregation/plugin.ts';
import { controllerCronJob } from './controller-cronjob/plugin.ts';
import { controllerDaemonSet } from './controller-daemon-set/plugin.ts';
import { controllerDeployment } from './controller-deployment/plugin.ts';
import { controllerDisruption } from './controller-disruption/plugin.ts';
import { controllerEndpoints } from './controller-endpoints/plugin.ts';
import { controllerEventExpiry } from './controller-event-expiry/plugin.ts';
import { controllerGarbageCollector } from './controller-garbage-collector/plugin.ts';
import { controllerJob } from './controller-job/plugin.ts';
import { controllerNamespace } from './controller-namespace/plugin.ts';
import { controllerNode } from './controller-node/plugin.ts';
import { controllerPersistentVolume } from './controller-persistent-volume/plugin.ts';
import { controllerReplication } from './controller-replication/plugin.ts';
import { controllerServiceAccount } from './controller-service-account/plugin.ts';
import { controllerStatefulSet } from './controller-stateful-set/plugin.ts';
import { proxyUserspace } from './proxy-userspace/plugin.ts';
import { runtimeMock } from './runtime-mock/plugin.ts';
import { runtimeProcess } from './runtime-process/plugin.ts';
import { schedulerBinpack } from './scheduler-binpack/plugin.ts';
import { schedulerDefault } from './scheduler-default/plugin.ts';
import { schedulerRandom } from './scheduler-random/plugin.ts';
import { schedulerResourceFit } from './scheduler-resource-fit/plugin.ts';
import { schedulerRoundRobin } from './scheduler-round-robin/plugin.ts';
import { storeEtcd } from './store-etcd/plugin.ts';
import { storeLmdb } from './store-lmdb/plugin.ts';
import { storeMemory } from './store-memory/plugin.ts';
import { tokenIssuerJwt } from './token-issuer-jwt/plugin.ts';

const controllers: readonly Plugin[] = [
  controllerNode,
  controllerNamespace,
  controllerServiceAccount,
  controllerReplication,
  controllerDeployment,
  controllerDisruption,
  controllerDaemonSet,
  controllerStatefulSet,
  controllerJob,
  controllerCronJob,
  controllerEndpoints,
  controllerPersistentVolume,
  controllerGarbageCollector,
  controllerEventExpiry,
];

/** What a controller manager runs, each a component of its own, and the tokens that service accounts need. */
export const standardControllers = (): ConfiguredPlugin[] => [
  tokenIssuerJwt(),
  ...controllers.map((controller) => controller()),
];

/** Kubernetes' `--authorization-mode=Node,RBAC`. Without it whoever has shown who they are may do everything. */
export const standardAuthorization = (): ConfiguredPlugin[] => [
  authorizerNode(),
  authorizerRbac(),
  controllerClusterRoleAggregation(),
];

/** Everything there is, in the order of `kubelab plugins`. */
export const standardPlugins: readonly Plugin[] = [
  storeMemory,
  storeLmdb as Plugin,
  storeEtcd as Plugin,
  apiHttp as Plugin,
  schedulerResourceFit as Plugin,
  schedulerRoundRobin,
  schedulerDefault as Plugin,
  schedulerBinpack as Plugin,
  schedulerRandom,
  ...controllers,
  controllerClusterRoleAggregation,
  authenticatorTokenFile as Plugin,
  authorizerNode,
  authorizerRbac,
  tokenIssuerJwt as Plugin,
  runtimeProcess as Plugin,
  runtimeMock,
  proxyUserspace as Plugin,
];
