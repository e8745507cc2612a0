// Subresources: status, scale, binding, eviction.

import { expect } from 'chai';
import { Deployments } from '../../model/deployment.ts';
import { Pods } from '../../model/pod.ts';
import type { Scale } from '../../model/scale.ts';
import { type Service, Services } from '../../model/service.ts';
import { configMap, pod, type Room, refused } from './room.ts';

export function subresourceCases(room: Room): void {
  const labels = { app: 'web' };
  const deployment = (replicas: number) =>
    ({
      metadata: { name: 'web' },
      spec: {
        replicas,
        paused: true,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: pod('x').spec },
      },
    }) as never;

  it('status: written by its own door, and by no other', async () => {
    const pods = room.client.of(Pods).in(room.namespace);
    const created = await pods.create(pod('web'));
    const status = { ...created.status, phase: 'Running', message: 'hello' } as never;
    const told = await pods.status.update({ ...created, status, metadata: { ...created.metadata, labels } });
    expect(told.status).to.deep.include({ phase: 'Running', message: 'hello' });
    expect(told.metadata.labels).to.equal(undefined);
    const kept = await pods.update({
      ...told,
      status: { phase: 'Failed' } as never,
      metadata: { ...told.metadata, labels },
    });
    expect(kept.status?.phase).to.equal('Running');
    expect(kept.metadata.labels).to.deep.equal(labels);
    const patched = await pods.status.patch('web', { status: { phase: 'Succeeded' }, metadata: { labels: null } });
    expect(patched.status?.phase).to.equal('Succeeded');
    expect(patched.metadata.labels).to.deep.equal(labels);
    expect((await pods.status.get('web')).status?.phase).to.equal('Succeeded');
  });

  it('status: not there where a kind has none', async () => {
    await room.configMaps.create(configMap('web'));
    await refused(room.configMaps.status.patch('web', { status: {} }), 404, 'NotFound');
  });

  it('scale: shows and sets the number of replicas', async () => {
    const deployments = room.client.of(Deployments).in(room.namespace);
    await deployments.create(deployment(0));
    const scale = deployments.subresource<Scale>('scale');
    const shown = await scale.get('web');
    expect(shown).to.deep.include({ apiVersion: 'autoscaling/v1', kind: 'Scale', spec: { replicas: 0 } });
    expect(shown.status?.selector).to.equal('app=web');
    await scale.update({ ...shown, spec: { replicas: 2 } });
    const patched = await scale.patch('web', { spec: { replicas: 1 } });
    expect(patched.spec).to.deep.equal({ replicas: 1 });
    const { spec, metadata } = await deployments.get('web');
    expect(spec.replicas).to.equal(1);
    expect(metadata.generation).to.equal(3);
    await refused(scale.update({ ...shown, spec: { replicas: 2 } }), 409, 'Conflict');
    await refused(scale.patch('web', { spec: { replicas: -1 } }), 422, 'Invalid');
  });

  it('binding: gives a pod its node, once', async () => {
    const pods = room.client.of(Pods).in(room.namespace);
    await pods.create(pod('web'));
    const binding = (node: string) => ({
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name: 'web' },
      target: { kind: 'Node', name: node },
    });
    expect(await pods.post('web', 'binding', binding('node-1'))).to.include({ kind: 'Status', status: 'Success' });
    const bound = await pods.get('web');
    expect(bound.spec.nodeName).to.equal('node-1');
    expect(bound.status?.conditions?.find(({ type }) => type === 'PodScheduled')?.status).to.equal('True');
    const error = await refused(pods.post('web', 'binding', binding('node-2')), 409, 'Conflict');
    expect(error.message).to.contain('pod web is already assigned to node "node-1"');
    await refused(pods.post('none', 'binding', { ...binding('node-1'), metadata: { name: 'none' } }), 404, 'NotFound');
  });

  it('eviction: deletes a pod politely', async () => {
    const pods = room.client.of(Pods).in(room.namespace);
    await pods.create(pod('web', { nodeName: 'node-of-nobody' }));
    const eviction = {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: 'web', namespace: room.namespace },
    };
    await pods.post('web', 'eviction', eviction);
    expect((await pods.get('web')).metadata.deletionTimestamp).not.to.equal(undefined);
    await pods.delete('web', { gracePeriodSeconds: 0 });
  });

  it('services get addresses, each its own', async () => {
    const services = room.client.of(Services).in(room.namespace);
    const service = (name: string, spec: object = {}) =>
      services.create({ metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } } as never) as Promise<Service>;
    const first = await service('a');
    const second = await service('b', { type: 'NodePort' });
    expect(first.spec.clusterIP).to.match(/^\d+\.\d+\.\d+\.\d+$/);
    expect(first.spec.clusterIPs).to.deep.equal([first.spec.clusterIP]);
    expect(second.spec.clusterIP).not.to.equal(first.spec.clusterIP);
    const { nodePort } = second.spec.ports?.[0] ?? {};
    expect(nodePort).to.be.within(30_000, 32_767);
    expect((await service('none', { clusterIP: 'None' })).spec.clusterIP).to.equal('None');
    const taken = await refused(service('c', { clusterIP: first.spec.clusterIP }), 422, 'Invalid');
    expect(taken.message).to.contain('provided IP is already allocated');
    const port = { ports: [{ port: 80, nodePort }], type: 'NodePort' };
    expect((await refused(service('c', port), 422, 'Invalid')).message).to.contain(
      'provided port is already allocated',
    );
    await services.delete('b');
    expect((await service('c', port)).spec.ports?.[0]?.nodePort).to.equal(nodePort);
    const replaced = await services.update({ ...first, spec: { ports: [{ port: 81 }] } as never });
    expect(replaced.spec.clusterIP).to.equal(first.spec.clusterIP);
  });
}
