// The API server against foreign input and foreign people: Kubernetes' answer each time, nothing stored, nothing broken.

import { expect } from 'chai';
import fc from 'fast-check';
import { MemoryStore } from '../../plugins/store-memory/memory-store.ts';
import type { Caller, Target } from '../contracts/api-server.ts';
import type { Component } from '../model/component.ts';
import { builtinResources } from '../model/index.ts';
import type { KubeObject } from '../model/meta.ts';
import { type Resource, resource } from '../model/resource.ts';
import { ApiError } from '../model/status.ts';
import { SeededRandom } from '../time/random.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { Api } from './api.ts';
import { standardAuthorizers } from './authorizers.ts';

const admin: Caller = { user: { name: 'admin', groups: ['system:masters'] } };
const nobody: Caller = { user: { name: 'system:anonymous', groups: ['system:unauthenticated'] } };

describe('API server', () => {
  const clock = new VirtualClock();
  const store = new MemoryStore(clock);
  const api = new Api({
    store,
    resources: builtinResources,
    admission: [],
    authorizers: standardAuthorizers(),
    clock,
    random: new SeededRandom(1),
  });
  const of = (plural: string, group = '', version = 'v1'): Target => {
    const found = api.resources.byPlural(group, version, plural) as Resource;
    return { resource: found, ...(found.namespaced && { namespace: 'default' }) };
  };
  const refusal = async (promise: Promise<unknown>): Promise<string> => {
    const error = await promise.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof ApiError)) throw error ?? new Error('it was accepted');
    return `${error.code} ${error.reason} ${error.message}`;
  };

  after(async () => {
    api.stop();
    await store.close();
  });

  it('refuses bodies that are no objects, of another kind, of wrong types', async () => {
    const create = (body: unknown) => refusal(api.create(admin, of('pods'), body));
    for (const body of [null, undefined, 1, 'x', [], [{}]]) expect(await create(body)).to.match(/^400 BadRequest/);
    expect(await create({ kind: 'Service', apiVersion: 'v1' })).to.match(
      /^400 BadRequest the object provided is unrec/,
    );
    expect(await create({ kind: 'Pod', apiVersion: 'v2' })).to.match(/^400 BadRequest/);
    expect(await create({ metadata: 7 })).to.match(/^400 BadRequest/);
    expect(await create({ metadata: { name: 7 } })).to.match(
      /^400 BadRequest .*into Go struct field ObjectMeta.metadata.name of type string/,
    );
    expect(
      await create({
        metadata: { name: 'x' },
        spec: { containers: [{ name: 'a', ports: [{ containerPort: '80' }] }] },
      }),
    ).to.contain(
      'json: cannot unmarshal string into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32',
    );
  });

  it('refuses what is nested past 100 levels or bigger than 3 MB', async () => {
    const deep = JSON.parse(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`);
    expect(await refusal(api.create(admin, of('configmaps'), { metadata: { name: 'x' }, data: deep }))).to.match(
      /^400 BadRequest/,
    );
    expect(await refusal(api.patch(admin, { ...of('configmaps'), name: 'x' }, deep, { type: 'merge' }))).to.match(
      /^400 BadRequest/,
    );
    const big = { metadata: { name: 'x' }, data: { a: 'x'.repeat(3 * 1024 * 1024) } };
    expect(await refusal(api.create(admin, of('configmaps'), big))).to.match(/^413 RequestEntityTooLarge/);
  });

  it('takes null for absent', async () => {
    const body = { metadata: { name: 'nulls', creationTimestamp: null, labels: null }, data: null };
    const created = await api.create(admin, of('configmaps'), body);
    expect(created).not.to.have.property('data');
    expect(created.metadata).not.to.have.property('labels');
  });

  it('refuses names that leave their place', async () => {
    for (const name of ['..', '.', 'a/b', 'a%2fb', '']) {
      expect(await refusal(api.get(admin, { ...of('pods'), name })), name).to.match(/^400 BadRequest/);
    }
    expect(await refusal(api.list(admin, { ...of('pods'), namespace: '../secrets' }))).to.match(/^400 BadRequest/);
  });

  it('refuses revisions and tokens that are none, and waits only so long for one to come', async () => {
    const list = (options: object) => refusal(api.list(admin, of('pods'), options));
    expect(await list({ resourceVersion: 'x' })).to.match(/^400 BadRequest/);
    expect(await list({ resourceVersion: '-1' })).to.match(/^400 BadRequest/);
    expect(await list({ limit: 1, continue: '!!' })).to.match(/^400 BadRequest continue key is not valid/);
    const evil = btoa(JSON.stringify({ v: 'meta.k8s.io/v1', rv: 1, start: '../../secrets/x' }));
    expect(await list({ limit: 1, continue: evil })).to.match(/^400 BadRequest/);
    const waiting = list({ resourceVersion: '999999' });
    await clock.advance(3_000);
    expect(await waiting).to.match(/^504 Timeout Too large resource version: 999999, current: \d+$/);
  });

  it('lets those who have not shown who they are see discovery, and nothing else', async () => {
    await api.authorize(nobody, { user: nobody.user, verb: 'get', path: '/version' });
    await api.authorize(nobody, { user: nobody.user, verb: 'get', path: '/apis/apps/v1' });
    const attributes = { user: nobody.user, verb: 'get', path: '/metrics' };
    expect(await refusal(api.authorize(nobody, attributes))).to.equal(
      '403 Forbidden forbidden: User "system:anonymous" cannot get path "/metrics"',
    );
    expect(await refusal(api.list(nobody, of('deployments', 'apps')))).to.equal(
      '403 Forbidden deployments.apps is forbidden: User "system:anonymous" cannot list resource "deployments" in API group "apps" in the namespace "default"',
    );
    expect(await refusal(api.get(nobody, { ...of('nodes'), name: 'a' }))).to.equal(
      '403 Forbidden nodes "a" is forbidden: User "system:anonymous" cannot get resource "nodes" in API group "" at the cluster scope',
    );
    const error = await new Promise((resolve) => api.watch(nobody, of('pods')).subscribe({ error: resolve }));
    expect(error).to.include({ code: 403 });
  });

  it('has no subresources but those of the kind', async () => {
    await api.create(admin, of('configmaps'), { metadata: { name: 'sub' } });
    const named = { ...of('configmaps'), name: 'sub' };
    for (const subresource of ['status', 'scale', 'binding', 'constructor', '__proto__']) {
      const target = { ...named, subresource };
      for (const call of [
        api.get(admin, target),
        api.update(admin, target, {}),
        api.patch(admin, target, {}, { type: 'merge' }),
        api.create(admin, target, {}),
      ]) {
        expect(await refusal(call)).to.match(/^404 NotFound the server could not find the requested resource/);
      }
    }
  });

  it('warns of unknown fields when asked to', async () => {
    const warnings: string[] = [];
    const caller = { ...admin, warn: (text: string) => void warnings.push(text) };
    const body = { metadata: { name: 'warned', lables: {} }, data: {}, datum: {} };
    const created = await api.create(caller, of('configmaps'), body, { fieldValidation: 'Warn' });
    expect(created, 'what is unknown is not kept').not.to.have.property('datum');
    expect(created.metadata).not.to.have.property('lables');
    expect(warnings).to.deep.equal(['unknown field "metadata.lables"', 'unknown field "datum"']);
  });

  it('knows the fields of our own kinds, and leaves the options of plugins alone', async () => {
    const warnings: string[] = [];
    const caller = { ...admin, warn: (text: string) => void warnings.push(text) };
    const spec = { slot: 'Scheduler', plugin: 'x', options: { deep: [{ er: null }] }, bogus: 1 };
    const body = { metadata: { name: 'own' }, spec };
    const strict = api.create(caller, of('components', 'kubelab.dev'), body, { fieldValidation: 'Strict' });
    expect(await refusal(strict)).to.contain('strict decoding error: unknown field "spec.bogus"');
    const created = await api.create(caller, of('components', 'kubelab.dev'), body, { fieldValidation: 'Warn' });
    expect(warnings).to.deep.equal(['unknown field "spec.bogus"']);
    expect((created as Component).spec).to.deep.equal({ slot: 'Scheduler', plugin: 'x', options: spec.options });
  });

  it('counts generations where Kubernetes does', async () => {
    const born = async (plural: string, body: object) =>
      ((await api.create(admin, of(plural), body)) as KubeObject).metadata.generation;
    expect(await born('namespaces', { metadata: { name: 'uncounted' } })).to.equal(undefined);
    expect(await born('nodes', { metadata: { name: 'uncounted' } })).to.equal(undefined);
  });

  it('answers a kind whose hooks stumble over nonsense with what is wrong with it', async () => {
    const fragile = resource({
      ...(api.resources.byPlural('', 'v1', 'configmaps') as Resource),
      group: 'example.com',
      plural: 'fragiles',
      kind: 'Fragile',
      default: (object) => ({ ...object, n: (object as unknown as { a: { b: { c: number } } }).a.b.c }),
    });
    const other = new Api({
      store,
      resources: [fragile],
      admission: [],
      authorizers: standardAuthorizers(),
      clock,
      random: new SeededRandom(1),
    });
    const target = { resource: fragile, namespace: 'default' };
    expect(await refusal(other.create(admin, target, { metadata: { name: 'x' }, data: 7 }))).to.match(/^422 Invalid/);
    expect(await refusal(other.create(admin, target, { metadata: { name: 7 } }))).to.match(/^400 BadRequest/);
    // How its lists would merge is not known.
    const patch = other.patch(admin, { ...target, name: 'x' }, {}, { type: 'strategic' });
    expect(await refusal(patch)).to.match(/^415 UnsupportedMediaType/);
    other.stop();
  });

  it('answers every nonsense with an ApiError, goes on, and stores nothing of it', async () => {
    const keys = fc.constantFrom(
      ...[
        'metadata',
        'spec',
        'name',
        'labels',
        'containers',
        'template',
        'selector',
        'ports',
        'data',
        '__proto__',
        'constructor',
        '$patch',
        'x',
      ],
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(null, true, 0, -1, 1e300, 'x', '', '..', 'replace'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.array(fc.tuple(keys, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
      ),
    }));
    const plurals = builtinResources.map((one) => one);
    const before = await store.count('/');
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...plurals),
        value,
        fc.constantFrom('json', 'merge', 'strategic'),
        async (one, body, type) => {
          const target: Target = { resource: one, ...(one.namespaced && { namespace: 'default' }) };
          const named = { ...target, name: 'sub' };
          const calls = [
            api.create(admin, target, body, { dryRun: true }),
            api.update(admin, named, body, { dryRun: true }),
            api.patch(admin, named, body, { type: type as 'json', dryRun: true }),
            api.create(admin, { ...named, subresource: 'binding' }, body, { dryRun: true }),
            api.patch(admin, { ...named, subresource: 'scale' }, body, { type: type as 'json', dryRun: true }),
          ];
          for (const outcome of await Promise.allSettled(calls)) {
            if (outcome.status === 'fulfilled') continue;
            expect(outcome.reason).to.be.instanceOf(ApiError);
            expect((outcome.reason as ApiError).code, (outcome.reason as ApiError).message).to.be.lessThan(500);
          }
        },
      ),
      { numRuns: 2000, seed: 5 },
    );
    expect(await store.count('/')).to.equal(before);
    expect(({} as { x?: unknown }).x).to.equal(undefined);
  });
});
