// Rights: what a scheduler, or who elects a leader, must be allowed to do in a cluster, asked of the cluster before anything begins, so that
// everything that is missing is said at once, and how to be granted it. What a controller needs is the controller's secret: of
// that, what it reads is told at the start, and what it writes when it is refused (complaints.ts).
// In Kubernetes: `kubectl auth can-i`, a SelfSubjectAccessReview for each right.

import { setMaxListeners } from 'node:events';
import type { UserInfo } from '../../../core/contracts/api-client.ts';
import type { KubeObject } from '../../../core/model/meta.ts';
import type { ResourceHandle } from '../../../core/model/resource.ts';
import { ApiError } from '../../../core/model/status.ts';
import type { HttpApiClient } from '../../api-http/plugin.ts';
import { EnvironmentError } from '../exit.ts';

export interface Right {
  readonly verb: string;
  readonly group?: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** Rights that belong together, and how to be granted them. */
export interface Demand {
  /** `what a scheduler does` */
  readonly doing: string;
  readonly rights: readonly Right[];
  /** The commands. @param subject `--user=ann` */
  grant(subject: string): readonly string[];
}

const read = (resource: string, group = ''): Right[] =>
  ['list', 'watch'].map((verb) => ({ verb, resource, ...(group !== '' && { group }) }));

/**
 * What core/scheduling does in any cluster; the ClusterRole system:kube-scheduler has all of it. What only some pods need
 * (to delete victims, to bind volumes) is not asked for.
 */
const rightsOfScheduler: readonly Right[] = [
  ...read('pods'),
  ...read('nodes'),
  ...read('namespaces'),
  ...read('persistentvolumes'),
  ...read('persistentvolumeclaims'),
  ...read('storageclasses', 'storage.k8s.io'),
  ...read('poddisruptionbudgets', 'policy'),
  { verb: 'create', resource: 'pods', subresource: 'binding' },
  { verb: 'patch', resource: 'pods', subresource: 'status' },
  { verb: 'create', resource: 'events' },
  { verb: 'patch', resource: 'events' },
];

/** @param name of the scheduler */
export const toSchedule = (name: string): Demand => ({
  doing: 'what a scheduler does',
  rights: rightsOfScheduler,
  grant: (subject) => [`kubectl create clusterrolebinding ${name} --clusterrole=system:kube-scheduler ${subject}`],
});

/** @param name of the Lease */
export const toElect = (name: string): Demand => ({
  doing: `what electing a leader by the Lease kube-system/${name} takes`,
  rights: ['get', 'create', 'update'].map((verb) => ({
    verb,
    group: 'coordination.k8s.io',
    resource: 'leases',
    namespace: 'kube-system',
    ...(verb !== 'create' && { name }),
  })),
  grant: (subject) => [
    `kubectl create role ${name}-leader -n kube-system --verb=get,create,update --resource=leases.coordination.k8s.io`,
    `kubectl create rolebinding ${name}-leader -n kube-system --role=${name}-leader ${subject}`,
  ],
});

interface AccessReview extends KubeObject {
  readonly spec: { readonly resourceAttributes: Right };
  readonly status?: { readonly allowed: boolean };
}
const AccessReviews: ResourceHandle<AccessReview> = {
  group: 'authorization.k8s.io',
  version: 'v1',
  plural: 'selfsubjectaccessreviews',
  kind: 'SelfSubjectAccessReview',
  namespaced: false,
};

/** @throws EnvironmentError that lists every right that is missing, and a command that grants them */
export async function demandRights(
  client: HttpApiClient,
  user: UserInfo | undefined,
  { doing, rights, grant }: Demand,
  signal: AbortSignal,
): Promise<void> {
  const may = async (resourceAttributes: Right): Promise<boolean> => {
    try {
      const question = { metadata: {}, spec: { resourceAttributes } };
      const { status } = await client.of(AccessReviews).create(question as unknown as AccessReview, { signal });
      return status?.allowed === true;
    } catch (error) {
      // A cluster that answers no such questions: it will say no when it is asked for the thing itself.
      if (error instanceof ApiError && (error.code === 403 || error.code === 404)) return true;
      throw error;
    }
  };
  setMaxListeners(rights.length + 1, signal); // all are asked at once
  const allowed = await Promise.all(rights.map(may));
  const missing = rights.filter((_, index) => !allowed[index]);
  if (missing.length === 0) return;
  const who = user?.name ?? 'the user of the kubeconfig';
  throw new EnvironmentError(
    `${who} may not do in this cluster ${doing}; missing: ${missing.map(textOf).join(', ')}\n` +
      `       whoever owns the cluster grants it with: ${grant(subjectOf(user)).join('\n       and: ')}`,
  );
}

const textOf = ({ verb, resource, subresource, group }: Right): string =>
  `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}${group === undefined ? '' : `.${group}`}`;

function subjectOf(user: UserInfo | undefined): string {
  const account = /^system:serviceaccount:(.+):(.+)$/.exec(user?.name ?? '');
  return account ? `--serviceaccount=${account[1]}:${account[2]}` : `--user=${user?.name ?? 'USER'}`;
}
