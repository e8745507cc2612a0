// The main job with Kubernetes' own client library for JavaScript, which programs use as they use it with any cluster:
// typed calls, objects from a YAML file, watches, an informer, logs, patches. No kubectl is needed.

import { PassThrough } from 'node:stream';
import {
  type ApiException,
  AppsV1Api,
  CoordinationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  type Informer,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  Log,
  loadAllYaml,
  makeInformer,
  type ObjectCache,
  PatchStrategy,
  setHeaderOptions,
  type V1Deployment,
  type V1LeaseSpec,
  V1MicroTime,
  type V1Pod,
  Watch,
} from '@kubernetes/client-node';
import { expect } from 'chai';
import { fetchText, guestbookManifest } from './guestbook.ts';
import { TestCluster } from './harness.ts';
import { eventually } from './run.ts';

const namespace = 'default';
const labelSelector = 'app=guestbook';

describe('the main job with @kubernetes/client-node', function () {
  this.timeout(180_000);
  let cluster: TestCluster;
  let config: KubeConfig;
  let core: CoreV1Api;
  let apps: AppsV1Api;
  let informer: Informer<V1Pod> & ObjectCache<V1Pod>;
  /** What the informer has told, in order: `add kv-1234`. */
  const told: string[] = [];
  const troubles: unknown[] = [];

  before(async () => {
    cluster = await TestCluster.start();
    config = new KubeConfig();
    config.loadFromFile(cluster.kubeconfig);
    core = config.makeApiClient(CoreV1Api);
    apps = config.makeApiClient(AppsV1Api);
    const list = () => core.listNamespacedPod({ namespace, labelSelector });
    informer = makeInformer(config, `/api/v1/namespaces/${namespace}/pods`, list, labelSelector);
    for (const verb of ['add', 'update', 'delete'] as const) {
      informer.on(verb, (pod) => told.push(`${verb} ${pod.metadata?.name}`));
    }
    informer.on('error', (error) => troubles.push(error));
    await informer.start();
  });

  after(async () => {
    await informer?.stop();
    await cluster?.destroy();
  });

  const isReady = (pod: V1Pod) =>
    !pod.metadata?.deletionTimestamp &&
    !!pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');

  /** Follows a Deployment until it is as wanted; gives what it was each time that it changed. */
  async function follow(name: string, done: (deployment: V1Deployment) => boolean): Promise<V1Deployment[]> {
    const seen: V1Deployment[] = [];
    const { metadata } = await apps.listNamespacedDeployment({ namespace });
    const start = await apps.readNamespacedDeployment({ namespace, name });
    seen.push(start);
    if (done(start)) return seen;
    await new Promise<void>((resolve, reject) => {
      const query = { fieldSelector: `metadata.name=${name}`, resourceVersion: metadata?.resourceVersion };
      const request = new Watch(config).watch(
        `/apis/apps/v1/namespaces/${namespace}/deployments`,
        query,
        (_type, deployment: V1Deployment) => {
          seen.push(deployment);
          if (!done(deployment)) return;
          resolve();
          void request.then((controller) => controller.abort());
        },
        (error) => reject(error ?? new Error('the watch has ended')),
      );
    });
    return seen;
  }

  const isRolledOut = ({ metadata, spec, status }: V1Deployment) =>
    (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0) &&
    status?.updatedReplicas === spec?.replicas &&
    status?.replicas === spec?.replicas &&
    status?.availableReplicas === spec?.replicas;
  const condition = (deployment: V1Deployment, type: string) =>
    deployment.status?.conditions?.find((each) => each.type === type);

  const url = async (): Promise<string> => {
    const service = await core.readNamespacedService({ namespace, name: 'guestbook' });
    return `http://127.0.0.1:${service.spec?.ports?.[0]?.nodePort}`;
  };

  it('finds three Ready nodes, and the parts of the cluster', async () => {
    const { items } = await core.listNode();
    expect(items.map(({ metadata }) => metadata?.name)).to.deep.equal(['node-1', 'node-2', 'node-3']);
    for (const { status } of items) {
      expect(status?.conditions?.find(({ type }) => type === 'Ready')?.status).to.equal('True');
      expect(status?.nodeInfo?.kubeletVersion).to.match(/^v1\./);
    }
    const components = (await config
      .makeApiClient(CustomObjectsApi)
      .listClusterCustomObject({ group: 'kubelab.dev', version: 'v1', plural: 'components' })) as {
      items: { spec: { plugin: string } }[];
    };
    expect(components.items.map(({ spec }) => spec.plugin)).to.include.members(['store-memory', 'runtime-process']);
  });

  it('creates the objects of the guestbook from its file, and sees them become Ready', async () => {
    const objects = config.makeApiClient(KubernetesObjectApi);
    for (const object of loadAllYaml(await guestbookManifest()) as KubernetesObject[]) {
      const created = await objects.create(object);
      expect(created.metadata?.uid).to.be.a('string');
    }
    for (const name of ['kv', 'guestbook-api', 'guestbook']) {
      const last = (await follow(name, isRolledOut)).at(-1)!;
      expect(condition(last, 'Available')?.reason).to.equal('MinimumReplicasAvailable');
    }
    expect(informer.list(namespace).filter(isReady)).to.have.length(6);
  });

  it('is answered over the network, by what the tiers keep', async () => {
    const at = await url();
    expect(await eventually('the page', () => fetchText(`${at}/`))).to.include('Welcome to the guestbook');
    await fetchText(`${at}/entries`, { method: 'POST', body: JSON.stringify({ text: 'by a program' }) });
    expect(await fetchText(`${at}/entries`)).to.include('by a program');
  });

  it('scales by the scale subresource', async () => {
    const scale = await apps.readNamespacedDeploymentScale({ namespace, name: 'guestbook' });
    expect(scale.status).to.include({ replicas: 3 });
    scale.spec = { replicas: 5 };
    await apps.replaceNamespacedDeploymentScale({ namespace, name: 'guestbook', body: scale });
    await follow('guestbook', (deployment) => deployment.spec?.replicas === 5 && isRolledOut(deployment));
    const ready = () => informer.list(namespace).filter((pod) => pod.metadata?.labels?.tier === 'web' && isReady(pod));
    await eventually('the informer has all five', async () => ready().length === 5 || undefined);
  });

  it('is told of a stale update, as by any cluster', async () => {
    const stale = await apps.readNamespacedDeployment({ namespace, name: 'guestbook-api' });
    const body = { metadata: { annotations: { 'example.com/seen': 'yes' } } };
    await apps.patchNamespacedDeployment(
      { namespace, name: 'guestbook-api', body },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    );
    stale.spec!.replicas = 1;
    const refused = await apps.replaceNamespacedDeployment({ namespace, name: 'guestbook-api', body: stale }).then(
      () => undefined,
      (error: ApiException<string>) => error,
    );
    expect(refused?.code).to.equal(409);
    expect(refused?.body).to.include('the object has been modified');
  });

  it('elects a leader by Lease: one of two who want it gets it, and who gives it back is followed', async () => {
    const leases = config.makeApiClient(CoordinationV1Api);
    const name = 'mine';
    const held = (holderIdentity: string, leaseTransitions: number): V1LeaseSpec => ({
      holderIdentity,
      leaseDurationSeconds: holderIdentity === '' ? 1 : 15,
      acquireTime: new V1MicroTime(),
      renewTime: new V1MicroTime(),
      leaseTransitions,
    });
    const codeOf = (write: Promise<unknown>) =>
      write.then(
        () => 200,
        (error: ApiException<string>) => error.code,
      );
    const body = { metadata: { name }, spec: held('a', 0) };
    const first = await leases.createNamespacedLease({ namespace, body });
    expect(await codeOf(leases.createNamespacedLease({ namespace, body }))).to.equal(409);
    const seen = await leases.readNamespacedLease({ namespace, name });
    expect(seen.spec?.holderIdentity).to.equal('a');
    // The client leaves such times as text.
    expect(seen.spec?.renewTime).to.equal(body.spec.renewTime?.toISOString());

    // a gives it back; b and c have seen that, and both write.
    const free = await leases.replaceNamespacedLease({ namespace, name, body: { ...first, spec: held('', 0) } });
    const take = (who: string) =>
      codeOf(leases.replaceNamespacedLease({ namespace, name, body: { ...free, spec: held(who, 1) } }));
    expect((await Promise.all([take('b'), take('c')])).sort()).to.deep.equal([200, 409]);
    const { spec } = await leases.readNamespacedLease({ namespace, name });
    expect(spec?.holderIdentity).to.be.oneOf(['b', 'c']);
    expect(spec?.leaseTransitions).to.equal(1);
    await leases.deleteNamespacedLease({ namespace, name });
  });

  it('patches an image, and follows the rollout by its conditions', async () => {
    const body = { spec: { template: { spec: { containers: [{ name: 'web', image: 'kubelab/guestbook:2' }] } } } };
    const { metadata } = await apps.patchNamespacedDeployment(
      { namespace, name: 'guestbook', body },
      setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
    );
    const seen = await follow(
      'guestbook',
      (deployment) =>
        isRolledOut(deployment) && condition(deployment, 'Progressing')?.reason === 'NewReplicaSetAvailable',
    );
    const last = seen.at(-1)!;
    expect(last.metadata?.generation).to.equal(metadata?.generation);
    expect(last.metadata?.annotations?.['deployment.kubernetes.io/revision']).to.equal('2');
    for (const { status } of seen) {
      expect(status?.availableReplicas, 'maxUnavailable 25% of 5 is one').to.be.greaterThanOrEqual(4);
      expect(status?.replicas, 'maxSurge 25% of 5 is two').to.be.lessThanOrEqual(7);
    }
    const images = () =>
      informer
        .list(namespace)
        .filter((pod) => pod.metadata?.labels?.tier === 'web')
        .map((pod) => pod.spec?.containers[0]?.image);
    await eventually('only new pods are left', async () => {
      const now = images();
      return (now.length === 5 && now.every((image) => image === 'kubelab/guestbook:2')) || undefined;
    });
  });

  it('reads a log, and follows it', async () => {
    await core.createNamespacedPod({
      namespace,
      body: {
        metadata: { name: 'talker', labels: { app: 'talker' } },
        spec: { containers: [{ name: 'web', image: 'kubelab/web', ports: [{ containerPort: 80 }] }] },
      },
    });
    await core.createNamespacedService({
      namespace,
      body: {
        metadata: { name: 'talker' },
        spec: { type: 'NodePort', selector: { app: 'talker' }, ports: [{ port: 80 }] },
      },
    });
    await eventually(
      'the talker is Ready',
      async () => isReady(await core.readNamespacedPod({ namespace, name: 'talker' })) || undefined,
    );
    const stream = new PassThrough();
    let text = '';
    stream.on('data', (data: Buffer) => {
      text += data;
    });
    const following = await new Log(config).log(namespace, 'talker', 'web', stream, { follow: true });
    try {
      await eventually('what it has said', async () => text.includes('listens on port 80') || undefined);
      const service = await core.readNamespacedService({ namespace, name: 'talker' });
      const port = service.spec?.ports?.[0]?.nodePort;
      await eventually('an answer', () => fetchText(`http://127.0.0.1:${port}/while-you-listen`));
      await eventually('what it says now', async () => text.includes('GET /while-you-listen') || undefined);
    } finally {
      following.abort();
    }
    const whole = await core.readNamespacedPodLog({ namespace, name: 'talker', tailLines: 1 });
    expect(whole).to.match(/^GET \/while-you-listen from \S+\n$/);
  });

  it('deletes it all, and the informer has seen everything', async () => {
    const objects = config.makeApiClient(KubernetesObjectApi);
    for (const object of loadAllYaml(await guestbookManifest()) as KubernetesObject[]) {
      await objects.delete(object, undefined, undefined, undefined, undefined, 'Background');
    }
    await core.deleteCollectionNamespacedPod({ namespace, labelSelector: 'app=talker' });
    await eventually('nothing is left', async () => {
      const { items } = await core.listNamespacedPod({ namespace });
      const sets = await apps.listNamespacedReplicaSet({ namespace });
      return (items.length === 0 && sets.items.length === 0 && informer.list(namespace).length === 0) || undefined;
    });
    const names = (verb: string) =>
      told.filter((line) => line.startsWith(`${verb} `)).map((line) => line.slice(verb.length + 1));
    expect(new Set(names('add')).size, 'no pod is added twice').to.equal(names('add').length);
    expect(names('add').length, '3 tiers, 2 more, 5 new ones').to.be.greaterThanOrEqual(13);
    expect(names('delete').sort()).to.deep.equal(names('add').sort());
    for (const name of names('add')) expect(told).to.include(`update ${name}`);
    expect(troubles).to.deep.equal([]);
  });
});
