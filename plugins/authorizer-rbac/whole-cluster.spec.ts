// A whole cluster under RBAC, in virtual time: its own parts have all the rights they need and miss none; kubelets see what
// their pods use, and nothing else.

import { expect } from 'chai';
import { type Cluster, createCluster } from '../../core/cluster/cluster.ts';
import { plugin } from '../../core/cluster/plugin.ts';
import { type Attributes, Authorizer } from '../../core/contracts/api-server.ts';
import {
  ConfigMaps,
  Deployments,
  Namespaces,
  Nodes,
  PersistentVolumeClaims,
  PersistentVolumes,
  PodDisruptionBudgets,
  Pods,
  Secrets,
  ServiceAccounts,
  Services,
} from '../../core/model/index.ts';
import { ClusterRoles } from '../../core/model/role.ts';
import { VirtualClock } from '../../core/time/virtual-clock.ts';
import { runtimeMock } from '../runtime-mock/plugin.ts';
import { schedulerDefault } from '../scheduler-default/plugin.ts';
import { standardAuthorization, standardControllers } from '../standard.ts';
import { storeMemory } from '../store-memory/plugin.ts';
import { outcome } from './world.fixture.ts';

describe('a cluster under RBAC', () => {
  const clock = new VirtualClock();
  const refused: string[] = [];
  let cluster: Cluster;

  /** The last one asked: what comes here, nobody has allowed. */
  const witness = plugin({
    name: 'witness',
    description: 'writes down what is refused',
    provides: [Authorizer],
    bind: ({ bind }) => {
      const authorize = ({ user, verb, group, resource, subresource, name }: Attributes) => {
        refused.push(`${user.name} ${verb} ${[group, resource, subresource, name].filter(Boolean).join('/')}`);
        return 'no opinion' as const;
      };
      bind(Authorizer).toResolvedValue(() => ({ name: 'witness', authorize }), []);
    },
  });

  const settled = async <T>(work: Promise<T>): Promise<T> => {
    let over = false;
    work.then(
      () => (over = true),
      () => (over = true),
    );
    while (!over) await clock.advance(10);
    return work;
  };

  before(async () => {
    cluster = await settled(
      createCluster({
        plugins: [
          storeMemory(),
          schedulerDefault(),
          ...standardControllers(),
          ...standardAuthorization(),
          witness(),
          runtimeMock(),
        ],
        nodes: 2,
        clock,
        seed: 1,
      }),
    );
  });
  after(() => settled(cluster.stop()));

  it('lets its own parts do all they do', async () => {
    const client = cluster.client();
    await client.of(Namespaces).create({ metadata: { name: 'shop' }, spec: {} });
    await clock.advance(1_000);
    await client
      .of(ConfigMaps)
      .in('shop')
      .create({ metadata: { name: 'settings' }, data: { a: 'b' } });
    await client
      .of(Secrets)
      .in('shop')
      .create({ metadata: { name: 'password' }, data: {} });
    await client.of(PersistentVolumes).create({
      metadata: { name: 'disk' },
      spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' } },
    } as never);
    await client
      .of(PersistentVolumeClaims)
      .in('shop')
      .create({
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      } as never);
    const labels = { app: 'web' };
    const volumes = [
      { name: 'settings', configMap: { name: 'settings' } },
      { name: 'password', secret: { secretName: 'password' } },
      { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
    ];
    const template = { metadata: { labels }, spec: { containers: [{ name: 'a', image: 'x' }], volumes } };
    await client
      .of(Deployments)
      .in('shop')
      .create({
        metadata: { name: 'web' },
        spec: { replicas: 2, selector: { matchLabels: labels }, template },
      } as never);
    await client
      .of(Services)
      .in('shop')
      .create({ metadata: { name: 'web' }, spec: { selector: labels, ports: [{ port: 80 }] } } as never);
    await client
      .of(PodDisruptionBudgets)
      .in('shop')
      .create({ metadata: { name: 'web' }, spec: { minAvailable: 1, selector: { matchLabels: labels } } } as never);
    await clock.advance(30_000);
    const pods = (await client.of(Pods).in('shop').list()).items;
    expect(pods.map(({ status }) => status?.phase)).to.deep.equal(['Running', 'Running']);
    await client
      .of(Deployments)
      .in('shop')
      .patch('web', { spec: { template: { metadata: { labels: { v: '2' } } } } });
    await clock.advance(60_000);
    await client.of(Nodes).delete('node-2');
    await clock.advance(400_000);
    expect(refused).to.deep.equal([]);
  });

  it('lets a kubelet see what its pods use, and nothing else', async () => {
    const node = (await cluster.client().of(Pods).in('shop').list()).items[0]!.spec.nodeName!;
    const kubelet = cluster.client({ name: `system:node:${node}`, groups: ['system:nodes', 'system:authenticated'] });
    await cluster
      .client()
      .of(Secrets)
      .in('shop')
      .create({ metadata: { name: 'other' }, data: {} });
    const secrets = kubelet.of(Secrets).in('shop');
    expect(await outcome(secrets.get('password'))).to.equal('done');
    const forbidden = (verb: string, name: string, why: string) =>
      `secrets${name} is forbidden: User "system:node:${node}" cannot ${verb} resource "secrets" in API group "" in the namespace "shop": ${why}`;
    expect(await settled(outcome(secrets.get('other')))).to.equal(
      forbidden('get', ' "other"', `no relationship found between node '${node}' and this object`),
    );
    expect(await settled(outcome(secrets.list()))).to.equal(forbidden('list', '', 'No Object name found'));
    expect(await settled(outcome(secrets.delete('password')))).to.equal(
      forbidden('delete', ' "password"', 'can only read resources of this type'),
    );
    expect(await outcome(kubelet.of(PersistentVolumes).get('disk'))).to.equal('done');
    const pods = kubelet.of(Pods);
    expect(await outcome(pods.list({ fieldSelector: `spec.nodeName=${node}` }))).to.equal('done');
    expect(await settled(outcome(pods.list({ fieldSelector: 'spec.nodeName=node-9' })))).to.match(
      /: can only list\/watch pods with spec\.nodeName field selector$/,
    );
    expect(await outcome(kubelet.of(Nodes).get(node))).to.equal('done');
    expect(await settled(outcome(kubelet.of(Nodes).list()))).to.contain(
      'cannot read all nodes, only its own Node object',
    );
    const elsewhere = cluster.client({ name: 'system:node:node-9', groups: ['system:nodes'] });
    expect(await settled(outcome(elsewhere.of(Secrets).in('shop').get('password')))).to.contain(
      'no relationship found',
    );
    expect(await settled(outcome(elsewhere.of(PersistentVolumes).get('disk')))).to.contain('no relationship found');
    const accounts = kubelet.of(ServiceAccounts).in('shop');
    const token = (boundObjectRef?: object) =>
      settled(outcome(accounts.post('default', 'token', { spec: { ...(boundObjectRef && { boundObjectRef }) } })));
    const { metadata } = (await cluster.client().of(Pods).in('shop').list()).items[0]!;
    const pod = { apiVersion: 'v1', kind: 'Pod', name: metadata.name };
    expect(await token()).to.equal('serviceaccounts "default" is forbidden: node requested token not bound to a pod');
    expect(await token(pod)).to.contain('node requested token with a pod binding without a uid');
    expect(await token({ ...pod, uid: metadata.uid })).to.equal('done');
  });

  it('lets a kubelet write about its own node and pods, and gives it no power over others', async () => {
    const kubelet = cluster.client({ name: 'system:node:node-1', groups: ['system:nodes', 'system:authenticated'] });
    const nodes = kubelet.of(Nodes);
    const own = await nodes.get('node-1');
    const withLabel = (key: string) => ({
      ...own,
      metadata: { ...own.metadata, labels: { ...own.metadata.labels, [key]: 'x' } },
    });
    expect(await settled(outcome(nodes.update(withLabel('node-restriction.kubernetes.io/tier'))))).to.equal(
      'nodes "node-1" is forbidden: is not allowed to modify labels: node-restriction.kubernetes.io/tier',
    );
    expect(await settled(outcome(nodes.update(withLabel('disktype'))))).to.equal('done');
    expect(await settled(outcome(nodes.create({ metadata: { name: 'node-3' } } as never)))).to.equal(
      'nodes "node-3" is forbidden: node "node-1" is not allowed to modify node "node-3"',
    );
    const taints = [{ key: 'a', effect: 'NoSchedule' }];
    expect(await settled(outcome(nodes.patch('node-1', { spec: { taints } })))).to.contain(
      'node "node-1" is not allowed to modify taints',
    );
    expect(
      await settled(
        outcome(
          kubelet
            .of(Pods)
            .in('shop')
            .create({ metadata: { name: 'x' }, spec: { containers: [{ name: 'a', image: 'x' }] } }),
        ),
      ),
    ).to.contain('node "node-1" can only create mirror pods');
  });

  it('adds up roles, as soon as one is labelled', async () => {
    const roles = cluster.client().of(ClusterRoles);
    const rules = [{ verbs: ['get'], apiGroups: ['example.com'], resources: ['crontabs'] }];
    const labels = { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' };
    await roles.create({ metadata: { name: 'crontabs', labels }, rules });
    await clock.advance(1_000);
    for (const name of ['view', 'edit', 'admin']) expect((await roles.get(name)).rules, name).to.deep.include(rules[0]);
    await roles.delete('crontabs');
    await clock.advance(1_000);
    expect((await roles.get('admin')).rules).not.to.deep.include(rules[0]);
  });
});
