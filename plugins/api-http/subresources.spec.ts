// What is beneath objects, over HTTP: tokens of service accounts, the last word on a namespace, and verbs that are not there.

import { expect } from 'chai';
import { RealClock } from '../../core/time/real-clock.ts';
import { JwtTokenIssuer } from '../token-issuer-jwt/jwt-token-issuer.ts';
import { TestFace } from './test-face.ts';

const inDefault = '/api/v1/namespaces/default';

describe('subresources', () => {
  let world: TestFace;

  before(async () => {
    world = await new TestFace({ issuer: new JwtTokenIssuer({ clock: new RealClock() }), admission: true }).start();
    for (const name of ['default', 'robot'])
      await world.ask(`${inDefault}/serviceaccounts`, { method: 'POST', body: { metadata: { name } } });
    const spec = { serviceAccountName: 'robot', containers: [{ name: 'a', image: 'x' }] };
    await world.ask(`${inDefault}/pods`, { method: 'POST', body: { metadata: { name: 'web' }, spec } });
  });
  after(() => world.stop());

  describe('serviceaccounts/token', () => {
    const tokens = `${inDefault}/serviceaccounts/robot/token`;
    const request = (spec: object, path = tokens) => world.ask(path, { method: 'POST', body: { spec } });

    it('gives a token that speaks for the account, for as long as it was asked for', async () => {
      const { code, json } = await request({ expirationSeconds: 1200 });
      expect(code).to.equal(201);
      expect(json).to.deep.include({ kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1' });
      const { token, expirationTimestamp } = json.status;
      expect(Date.parse(expirationTimestamp) - world.clock.now()).to.be.within(1_190_000, 1_201_000);
      const who = await world.ask('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
        method: 'POST',
        body: {},
        anonymous: true,
        headers: { Authorization: `Bearer ${token}` },
      });
      expect(who.json.status.userInfo.username).to.equal('system:serviceaccount:default:robot');
      const review = await world.ask('/apis/authentication.k8s.io/v1/tokenreviews', {
        method: 'POST',
        body: { spec: { token } },
      });
      expect(review.json.status).to.deep.include({ authenticated: true });
    });

    it('ties it to the pod that uses it, and to no other object', async () => {
      const bound = (boundObjectRef: object, path?: string) => request({ boundObjectRef }, path);
      const pod = { kind: 'Pod', apiVersion: 'v1', name: 'web' };
      expect((await bound(pod)).code).to.equal(201);
      const answers = [
        await bound({ ...pod, uid: 'another' }),
        await bound({ ...pod, name: 'none' }),
        await bound({ ...pod, kind: 'Service' }),
        await bound(pod, `${inDefault}/serviceaccounts/default/token`),
      ];
      expect(answers.map(({ code, json }) => [code, json.reason])).to.deep.equal([
        [409, 'Conflict'],
        [404, 'NotFound'],
        [400, 'BadRequest'],
        [400, 'BadRequest'],
      ]);
    });

    it('gives none for too short a time, to nobody, or by another verb', async () => {
      const short = await request({ expirationSeconds: 60 });
      expect(short.json.message).to.equal(
        'TokenRequest.authentication.k8s.io "robot" is invalid: spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes',
      );
      const nobody = await request({}, `${inDefault}/serviceaccounts/nobody/token`);
      expect(nobody.json.message).to.equal('serviceaccounts "nobody" not found');
      expect((await world.ask(tokens)).code).to.equal(405);
      expect((await request({ audiences: 'one' })).code).to.equal(400);
    });
  });

  describe('namespaces/finalize', () => {
    it('takes the last finalizer, and with it a namespace that is going; nothing else', async () => {
      const path = '/api/v1/namespaces/leaving';
      await world.ask('/api/v1/namespaces', { method: 'POST', body: { metadata: { name: 'leaving' } } });
      const { json } = await world.ask(path);
      expect(json.spec.finalizers).to.deep.equal(['kubernetes']);
      const put = (spec: object, metadata = {}) =>
        world.ask(`${path}/finalize`, {
          method: 'PUT',
          body: { ...json, metadata: { name: 'leaving', ...metadata }, spec },
        });
      expect((await put({ finalizers: ['kubernetes', 'example.org/mine'] }, { labels: { a: 'b' } })).code).to.equal(
        200,
      );
      const second = (await world.ask(path)).json;
      expect(second.spec.finalizers).to.deep.equal(['kubernetes', 'example.org/mine']);
      expect(second.metadata.labels?.a).to.equal(undefined);
      // The main door does not let finalizers through.
      await world.ask(path, { method: 'PUT', body: { ...json, metadata: { name: 'leaving' }, spec: {} } });
      expect((await world.ask(path)).json.spec.finalizers).to.have.length(2);

      const going = (await world.ask(path, { method: 'DELETE' })).json;
      expect(going.status.phase).to.equal('Terminating');
      expect((await put({ finalizers: [] }, { resourceVersion: json.metadata.resourceVersion })).code).to.equal(409);
      expect((await put({ finalizers: [] })).code).to.equal(200);
      expect((await world.ask(path)).code).to.equal(404);
    });
  });

  describe('collections', () => {
    it('are deleted as far as a selector says, in a dry run not at all', async () => {
      const maps = `${inDefault}/configmaps`;
      for (const [name, tier] of [
        ['one', 'a'],
        ['two', 'a'],
        ['three', 'b'],
      ] as const)
        await world.ask(maps, { method: 'POST', body: { metadata: { name, labels: { tier } } } });
      const left = async () =>
        (await world.ask(maps)).json.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
      const dry = await world.ask(`${maps}?labelSelector=tier%3Da`, { method: 'DELETE', body: { dryRun: ['All'] } });
      expect([dry.code, dry.json.items.length]).to.deep.equal([200, 2]);
      expect(await left()).to.deep.equal(['one', 'three', 'two']);
      await world.ask(`${maps}?labelSelector=tier%3Da`, { method: 'DELETE' });
      expect(await left()).to.deep.equal(['three']);
      await world.ask(maps, { method: 'DELETE' });
      expect(await left()).to.deep.equal([]);
    });
  });

  it('that cannot go alone do not take the object with them', async () => {
    for (const part of ['status', 'ephemeralcontainers', 'binding', 'eviction', 'log'])
      expect((await world.ask(`${inDefault}/pods/web/${part}`, { method: 'DELETE' })).code, part).to.equal(405);
    expect((await world.ask(`${inDefault}/pods/web`)).code).to.equal(200);
  });

  it('that are not there yet say so, and what to do instead', async () => {
    const { code, json } = await world.ask(`${inDefault}/pods/web/ephemeralcontainers`, { method: 'PATCH' });
    expect([code, json.reason]).to.deep.equal([405, 'MethodNotAllowed']);
    expect(json.message).to.match(/^pods\/ephemeralcontainers is not served by this cluster.*--copy-to=/);
  });

  it('of scale are shown as a Scale', async () => {
    const path = '/apis/apps/v1/namespaces/default/deployments';
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'a', image: 'x' }] } };
    const spec = { replicas: 4, selector: { matchLabels: { a: 'b' } }, template };
    await world.ask(path, { method: 'POST', body: { metadata: { name: 'web' }, spec } });
    const headers = { Accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
    const { json } = await world.ask(`${path}/web/scale`, { headers });
    expect(json.columnDefinitions.map(({ name }: { name: string }) => name)).to.deep.equal([
      'Name',
      'Desired',
      'Available',
      'Age',
    ]);
    expect(json.rows[0].cells.slice(0, 3)).to.deep.equal(['web', 4, 0]);
  });

  it('of reviews answer what may be done, and refuse questions that are none', async () => {
    const reviews = '/apis/authorization.k8s.io/v1';
    const ask = (plural: string, body: object, anonymous = false) =>
      world.ask(`${reviews}/${plural}`, { method: 'POST', body, anonymous });
    const may = await ask('selfsubjectaccessreviews', {
      spec: { resourceAttributes: { verb: 'create', resource: 'pods' } },
    });
    expect(may.json.status).to.deep.include({ allowed: true });
    const they = await ask('subjectaccessreviews', {
      spec: { user: 'system:anonymous', resourceAttributes: { verb: 'create', resource: 'pods' } },
    });
    expect(they.json.status).to.deep.include({ allowed: false });
    const rules = (await ask('selfsubjectrulesreviews', { spec: { namespace: 'default' } })).json.status;
    expect(rules.incomplete).to.equal(false);
    expect(rules.resourceRules).to.deep.equal([{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]);
    expect((await ask('selfsubjectaccessreviews', { spec: {} })).json.reason).to.equal('Invalid');
    expect((await ask('selfsubjectaccessreviews', { spec: 'all' })).json.reason).to.equal('BadRequest');
    expect((await ask('selfsubjectaccessreviews', { kind: 'Pod' })).json.reason).to.equal('BadRequest');
    expect((await ask('selfsubjectaccessreviews', {}, true)).json.reason).to.equal('Forbidden');
  });
});
