// One object at a time: create, get, update.

import { expect } from 'chai';
import { ConfigMaps } from '../../model/config-map.ts';
import { Deployments } from '../../model/deployment.ts';
import type { KubeObject } from '../../model/meta.ts';
import { Pods } from '../../model/pod.ts';
import { configMap, pod, type Room, refused } from './room.ts';

export function objectCases(room: Room): void {
  it('creates: the server adds identity, birth and version', async () => {
    const created = await room.configMaps.create(configMap('web', { a: '1' }));
    expect(created).to.deep.include({ apiVersion: 'v1', kind: 'ConfigMap', data: { a: '1' } });
    expect(created.metadata).to.include({ name: 'web', namespace: room.namespace });
    expect(created.metadata.uid).to.match(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(created.metadata.creationTimestamp).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(Number(created.metadata.resourceVersion)).to.be.greaterThan(0);
    expect(await room.configMaps.get('web')).to.deep.equal(created);
  });

  it('refuses a name that is taken', async () => {
    await room.configMaps.create(configMap('web'));
    const error = await refused(room.configMaps.create(configMap('web')), 409, 'AlreadyExists');
    expect(error.message).to.equal('configmaps "web" already exists');
    expect(error.status.details).to.deep.equal({ name: 'web', kind: 'configmaps' });
  });

  it('makes names of generateName', async () => {
    const made = await Promise.all(
      [1, 2].map(() => room.configMaps.create({ metadata: { generateName: 'web-' }, data: {} })),
    );
    for (const { metadata } of made) expect(metadata.name).to.match(/^web-[a-z0-9]{5}$/);
    expect(made[0]?.metadata.name).not.to.equal(made[1]?.metadata.name);
  });

  it('refuses what has no name, and names that break the rules', async () => {
    await refused(room.configMaps.create({ metadata: {}, data: {} }), 422, 'Invalid');
    const error = await refused(room.configMaps.create(configMap('No_Good')), 422, 'Invalid');
    expect(error.message).to.match(/^ConfigMap "No_Good" is invalid: metadata.name: Invalid value: "No_Good": /);
    expect(error.status.details?.causes?.[0]).to.include({ reason: 'FieldValueInvalid', field: 'metadata.name' });
  });

  it('refuses a namespace that is not there, or another one than the path says', async () => {
    const elsewhere = room.client.of(ConfigMaps).in('no-such-namespace');
    const error = await refused(elsewhere.create(configMap('web')), 404, 'NotFound');
    expect(error.message).to.equal('namespaces "no-such-namespace" not found');
    const draft = { metadata: { name: 'web', namespace: 'other' }, data: {} };
    await refused(room.configMaps.create(draft), 400, 'BadRequest');
  });

  it('says what is not there', async () => {
    const error = await refused(room.configMaps.get('none'), 404, 'NotFound');
    expect(error.message).to.equal('configmaps "none" not found');
    const deployments = room.client.of(Deployments).in(room.namespace);
    expect((await refused(deployments.get('none'), 404, 'NotFound')).message).to.equal(
      'deployments.apps "none" not found',
    );
    await refused(
      room.configMaps.update({ ...configMap('none'), metadata: { name: 'none' } } as never),
      404,
      'NotFound',
    );
  });

  it('updates, and refuses an update of an older state', async () => {
    const first = await room.configMaps.create(configMap('web', { a: '1' }));
    const second = await room.configMaps.update({ ...first, data: { a: '2' } });
    expect(second.data).to.deep.equal({ a: '2' });
    expect(Number(second.metadata.resourceVersion)).to.be.greaterThan(Number(first.metadata.resourceVersion));
    const error = await refused(room.configMaps.update({ ...first, data: { a: '3' } }), 409, 'Conflict');
    expect(error.message).to.equal(
      'Operation cannot be fulfilled on configmaps "web": the object has been modified; please apply your changes to the latest version and try again',
    );
    const { resourceVersion: _, ...metadata } = first.metadata;
    const forced = await room.configMaps.update({ ...first, metadata: metadata as never, data: { a: '4' } });
    expect(forced.data).to.deep.equal({ a: '4' });
  });

  it('writes no new version when nothing changes', async () => {
    const created = await room.configMaps.create(configMap('web', { a: '1' }));
    expect((await room.configMaps.update(created)).metadata.resourceVersion).to.equal(created.metadata.resourceVersion);
  });

  it('refuses an update that was meant for a former object of that name', async () => {
    const former = await room.configMaps.create(configMap('web'));
    await room.configMaps.delete('web');
    const latter = await room.configMaps.create(configMap('web'));
    const { resourceVersion } = latter.metadata;
    await refused(
      room.configMaps.update({ ...former, metadata: { ...former.metadata, resourceVersion } }),
      409,
      'Conflict',
    );
  });

  it('counts generations: changes of what is wanted, not of labels or status', async () => {
    const deployments = room.client.of(Deployments).in(room.namespace);
    const labels = { app: 'web' };
    const created = await deployments.create({
      metadata: { name: 'web' },
      spec: { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod('x').spec } },
    } as never);
    expect(created.metadata.generation).to.equal(1);
    const labelled = await deployments.patch('web', { metadata: { labels } });
    expect(labelled.metadata.generation).to.equal(1);
    const changed = await deployments.patch('web', { spec: { minReadySeconds: 1 } });
    expect(changed.metadata.generation).to.equal(2);
  });

  it('does everything but store on a dry run', async () => {
    const shown = await room.configMaps.create(configMap('web', { a: '1' }), { dryRun: true });
    expect(shown.metadata.uid).not.to.equal('');
    await refused(room.configMaps.get('web'), 404, 'NotFound');
    const created = await room.configMaps.create(configMap('web', { a: '1' }));
    expect((await room.configMaps.update({ ...created, data: { a: '2' } }, { dryRun: true })).data).to.deep.equal({
      a: '2',
    });
    await room.configMaps.delete('web', { dryRun: true });
    expect(await room.configMaps.get('web')).to.deep.equal(created);
  });

  it('keeps keys that mean something to JavaScript as data', async () => {
    const data = JSON.parse('{"__proto__":"a","constructor":"b","toString":"c"}');
    await room.configMaps.create(configMap('odd', data));
    const back = (await room.configMaps.get('odd')).data;
    expect(Object.entries(back ?? {}).sort()).to.deep.equal(Object.entries(data).sort());
  });

  it('refuses wrong types, and unknown fields when asked to be strict', async () => {
    const pods = room.client.of(Pods).in(room.namespace);
    const wrong = { ...pod('web'), spec: { containers: 'nginx' } } as never;
    const error = await refused(pods.create(wrong), 400, 'BadRequest');
    expect(error.message).to.equal(
      'Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type []v1.Container',
    );
    const unknown = pod('web', { nodNeme: 'x' } as never);
    const strict = await refused(pods.create(unknown, { fieldValidation: 'Strict' }), 400, 'BadRequest');
    expect(strict.message).to.equal(
      'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.nodNeme"',
    );
    await pods.create(unknown, { fieldValidation: 'Ignore' });
  });

  it('refuses kinds that are not served', async () => {
    const nothing = room.client.of<KubeObject>({
      group: 'none.example.com',
      version: 'v1',
      plural: 'nothings',
      kind: 'Nothing',
      namespaced: true,
    });
    await refused(nothing.in(room.namespace).get('x'), 404, 'NotFound');
  });

  it('stops waiting when it is told to', async () => {
    const error = await room.configMaps.get('x', { signal: AbortSignal.abort() }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect((error as Error).name).to.equal('AbortError');
  });
}
