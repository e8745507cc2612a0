// Far cluster: a Kubernetes that somebody else runs, reached by a kubeconfig. Before anything begins it is asked who we are:
// that tells at once whether it can be reached, whether it is the one that it says it is, and whether it takes us.

import type { UserInfo } from '../../../core/contracts/api-client.ts';
import type { KubeObject } from '../../../core/model/meta.ts';
import type { ResourceHandle } from '../../../core/model/resource.ts';
import { ApiError } from '../../../core/model/status.ts';
import { type CallObserver, foreignCluster, HttpApiClient, type KubeconfigChoice } from '../../api-http/plugin.ts';
import { EnvironmentError } from '../exit.ts';
import { type Demand, demandRights } from './rights.ts';

/** Milliseconds for the first answers. */
const patience = 15_000;

export interface FarCluster {
  readonly server: string;
  /** Undefined where the cluster does not say: before Kubernetes 1.28. */
  readonly user: UserInfo | undefined;
}

interface Self extends KubeObject {
  readonly status?: { readonly userInfo?: { readonly username?: string; readonly groups?: readonly string[] } };
}
const SelfReviews: ResourceHandle<Self> = {
  group: 'authentication.k8s.io',
  version: 'v1',
  plural: 'selfsubjectreviews',
  kind: 'SelfSubjectReview',
  namespaced: false,
};

/** A client for the cluster that the kubeconfig names. @throws ConfigurationError when it names none */
export async function farClient(
  choice: KubeconfigChoice,
  userAgent: string,
  observer?: CallObserver,
): Promise<HttpApiClient> {
  return new HttpApiClient({ ...(await foreignCluster(choice)), userAgent, observer });
}

/**
 * Asks the cluster who we are, and whether we may do what we are about to do.
 * @throws ConfigurationError when the kubeconfig names no cluster
 * @throws EnvironmentError when it cannot be reached, does not take us, or lets us do too little
 */
export async function visitCluster(choice: KubeconfigChoice, demands: readonly Demand[]): Promise<FarCluster> {
  const { server, ...way } = await foreignCluster(choice);
  const client = new HttpApiClient({ server, ...way, userAgent: 'kubelab' });
  const late = AbortSignal.timeout(patience);
  try {
    const user = await whoAmI(client, late);
    for (const demand of demands) await demandRights(client, user, demand, late);
    return { server, user };
  } catch (error) {
    if (late.aborted) throw new EnvironmentError(`the server ${server} does not answer within ${patience / 1000} s`);
    if (!(error instanceof ApiError)) throw error;
    if (error.code === 401) {
      throw new EnvironmentError(
        `the server ${server} does not take the credentials of the kubeconfig: ${error.message}`,
      );
    }
    throw new EnvironmentError(error.message);
  } finally {
    client.close();
  }
}

async function whoAmI(client: HttpApiClient, signal: AbortSignal): Promise<UserInfo | undefined> {
  try {
    const { status } = await client.of(SelfReviews).create({ metadata: {} } as unknown as Self, { signal });
    const { username, groups = [] } = status?.userInfo ?? {};
    return username === undefined ? undefined : { name: username, groups };
  } catch (error) {
    if (error instanceof ApiError && (error.code === 404 || error.code === 403)) return undefined;
    throw error;
  }
}
