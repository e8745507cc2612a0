// ServiceAccount: every pod speaks for a service account, and finds that account's token, the cluster's certificate and
// its namespace under /var/run/secrets/kubernetes.io/serviceaccount.
// In real Kubernetes: plugin/pkg/admission/serviceaccount.

import type { AdmissionPlugin, AdmissionRequest } from '../../contracts/api-server.ts';
import type { Random } from '../../contracts/random.ts';
import type { Container } from '../../model/container.ts';
import type { KubeObject } from '../../model/meta.ts';
import type { Pod } from '../../model/pod.ts';
import type { PodSpec } from '../../model/pod-spec.ts';
import { revise } from '../../model/revise.ts';
import { type ServiceAccount as Account, ServiceAccounts } from '../../model/service-account.ts';
import { forbidden } from '../../model/status.ts';
import type { Volume } from '../../model/volume.ts';
import type { StoredObjects } from '../stored-objects.ts';

/** Where programs look for what tells them who they are. */
const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
const volumePrefix = 'kube-api-access-';
/** Seconds; the kubelet renews the token well before. */
const tokenLife = 3_607;

const mirrorAnnotation = 'kubernetes.io/config.mirror';

export class ServiceAccount implements AdmissionPlugin {
  readonly name = 'ServiceAccount';
  readonly #objects: StoredObjects;
  readonly #random: Random;

  constructor(objects: StoredObjects, random: Random) {
    this.#objects = objects;
    this.#random = random;
  }

  mutate({
    operation,
    target,
    object,
  }: AdmissionRequest & { readonly object: KubeObject }): Promise<KubeObject> | KubeObject {
    if (operation !== 'CREATE' || target.resource.kind !== 'Pod' || target.resource.group !== '' || target.subresource)
      return object;
    const pod = object as Pod;
    // A mirror pod shows what the node runs anyway; the API gives it nothing.
    if (!isSpec(pod.spec) || Object.hasOwn(pod.metadata.annotations ?? {}, mirrorAnnotation)) return object;
    return this.#withAccount(target, pod);
  }

  async #withAccount(target: AdmissionRequest['target'], pod: Pod): Promise<Pod> {
    const name = pod.spec.serviceAccountName || 'default';
    const account = await this.#objects.get(ServiceAccounts, target.namespace, name);
    if (!account) {
      const why = `error looking up service account ${target.namespace}/${name}: serviceaccount "${name}" not found`;
      throw forbidden(target.resource, pod.metadata.name, why);
    }
    let spec = revise(pod.spec, { serviceAccountName: name, serviceAccount: name });
    if (account.imagePullSecrets?.length && !spec.imagePullSecrets?.length) {
      spec = revise(spec, { imagePullSecrets: account.imagePullSecrets });
    }
    if (mounts(spec, account)) spec = this.#withToken(spec);
    return revise(pod, { spec });
  }

  #withToken(spec: PodSpec): PodSpec {
    const present = spec.volumes?.find(({ name }) => name.startsWith(volumePrefix));
    const name = present?.name ?? volumePrefix + this.#random.suffix(5);
    const mounted = (containers: readonly Container[]) =>
      containers.map((container) =>
        container.volumeMounts?.some((mount) => mount.mountPath === mountPath)
          ? container
          : revise(container, {
              volumeMounts: (container.volumeMounts ?? []).concat([{ name, readOnly: true, mountPath }]),
            }),
      );
    const containers = mounted(spec.containers);
    const initContainers = spec.initContainers && mounted(spec.initContainers);
    const changed =
      containers.some((one, i) => one !== spec.containers[i]) ||
      (initContainers ?? []).some((one, i) => one !== spec.initContainers?.[i]);
    if (!changed) return spec;
    return revise(spec, {
      containers,
      initContainers,
      // Lists as long as they are: one that is spread and added to keeps room for seventeen.
      volumes: present ? (spec.volumes ?? []) : (spec.volumes ?? []).concat([accessVolume(name)]),
    });
  }
}

const isSpec = (spec: PodSpec | undefined): spec is PodSpec => Array.isArray(spec?.containers);

/** The pod's word counts before the account's. */
const mounts = (spec: PodSpec, account: Account): boolean =>
  spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;

/** One list for all pods: equal parts of objects are shared. */
const accessSources: NonNullable<Volume['projected']>['sources'] = [
  { serviceAccountToken: { expirationSeconds: tokenLife, path: 'token' } },
  { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
  {
    downwardAPI: {
      items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
    },
  },
];

const accessVolume = (name: string): Volume => ({ name, projected: { defaultMode: 0o644, sources: accessSources } });
