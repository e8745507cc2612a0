import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { ConfigMap } from '../../core/model/config-map.ts';
import { ConfigMaps } from '../../core/model/index.ts';
import { ServiceAccounts } from '../../core/model/service-account.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { JwtTokenIssuer } from '../token-issuer-jwt/jwt-token-issuer.ts';
import { linesOf, TestFace } from './test-face.ts';

const maps = '/api/v1/namespaces/default/configmaps';
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const named = (name: string, data: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});

describe('HttpApi', () => {
  let world: TestFace;
  let issuer: JwtTokenIssuer;

  before(async () => {
    issuer = new JwtTokenIssuer({ clock: new RealClock() });
    world = await new TestFace({ issuer }).start();
  });
  after(() => world.stop());

  describe('knows who speaks', () => {
    it('by the client certificate', async () => {
      const { code, json } = await world.ask('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
        method: 'POST',
        body: {},
      });
      expect(code).to.equal(201);
      const { extra, ...user } = json.status.userInfo;
      expect(user).to.deep.equal({ username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] });
      expect(extra['authentication.kubernetes.io/credential-id'][0]).to.match(/^X509SHA256=[0-9a-f]{64}$/);
    });

    it('by a token of a service account', async () => {
      const { metadata } = await world.client
        .of(ServiceAccounts)
        .in('default')
        .create({ metadata: { name: 'web' } });
      const { token } = await issuer.issue({ namespace: 'default', serviceAccount: 'web', uid: metadata.uid });
      const headers = { Authorization: `Bearer ${token}` };
      const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
      const { json } = await world.ask(path, { method: 'POST', body: {}, headers, anonymous: true });
      expect(json.status.userInfo.username).to.equal('system:serviceaccount:default:web');
      expect(json.status.userInfo.groups).to.include('system:authenticated');
    });

    it('and lets nobody in who shows nothing, or something false', async () => {
      const nobody = await world.ask('/api/v1/pods', { anonymous: true });
      expect(nobody.code).to.equal(403);
      expect(nobody.json.message).to.equal(
        'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope',
      );
      const liar = await world.ask('/api/v1/pods', { anonymous: true, headers: { Authorization: 'Bearer nonsense' } });
      expect([liar.code, liar.json.reason]).to.deep.equal([401, 'Unauthorized']);
      expect((await world.ask('/version', { anonymous: true })).code).to.equal(200);
    });
  });

  describe('reads and writes', () => {
    it('creates, gets, replaces, patches, deletes', async () => {
      expect((await world.ask(maps, { method: 'POST', body: named('one', { a: '1' }) })).code).to.equal(201);
      expect((await world.ask(maps, { method: 'POST', body: named('one') })).json.reason).to.equal('AlreadyExists');
      const { json } = await world.ask(`${maps}/one`);
      expect(json.data).to.deep.equal({ a: '1' });
      const stale = { ...json, metadata: { ...json.metadata, resourceVersion: '1' } };
      expect((await world.ask(`${maps}/one`, { method: 'PUT', body: stale })).code).to.equal(409);
      expect(
        (await world.ask(`${maps}/one`, { method: 'PUT', body: { ...json, data: { a: '2' } } })).json.data.a,
      ).to.equal('2');
      const type = 'application/merge-patch+json';
      const patched = await world.ask(`${maps}/one`, { method: 'PATCH', type, body: { data: { b: '3' } } });
      expect(patched.json.data).to.deep.equal({ a: '2', b: '3' });
      expect((await world.ask(`${maps}/one`, { method: 'HEAD' })).text).to.equal('');
      expect((await world.ask(`${maps}/one`, { method: 'DELETE' })).code).to.equal(200);
      expect((await world.ask(`${maps}/one`)).json).to.deep.include({
        code: 404,
        reason: 'NotFound',
        message: 'configmaps "one" not found',
      });
    });

    it('takes and gives YAML', async () => {
      const body = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yaml\ndata:\n  when: "2026-01-01"\n';
      expect((await world.ask(maps, { method: 'POST', type: 'application/yaml', body })).code).to.equal(201);
      const { headers, text } = await world.ask(`${maps}/yaml`, { headers: { Accept: 'application/yaml' } });
      expect(headers['content-type']).to.equal('application/yaml');
      expect(text).to.contain('kind: ConfigMap').and.to.contain('when: "2026-01-01"');
    });

    it('gives keys back as they came, whatever they are called', async () => {
      const body = '{"metadata":{"name":"odd"},"data":{"__proto__":"a","constructor":"b","toString":"c"}}';
      expect((await world.ask(maps, { method: 'POST', type: 'application/json', body })).code).to.equal(201);
      expect((await world.ask(`${maps}/odd`)).text).to.contain('{"__proto__":"a","constructor":"b","toString":"c"}');
    });

    it('does everything but keep it when the run is dry', async () => {
      const answer = await world.ask(`${maps}?dryRun=All`, { method: 'POST', body: named('dry') });
      expect(answer.code).to.equal(201);
      expect((await world.ask(`${maps}/dry`)).code).to.equal(404);
    });

    it('warns of what is deprecated, whatever is wanted of it', async () => {
      const path = '/api/v1/namespaces/default/endpoints';
      const body = { metadata: { name: 'old' } };
      for (const answer of [await world.ask(path), await world.ask(path, { method: 'POST', body })])
        expect(answer.headers.warning).to.equal(
          '299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"',
        );
    });

    it('warns of keys that are said twice or unknown, and refuses them when asked to', async () => {
      const body = '{"metadata":{"name":"twice"},"data":{"a":"1","a":"2"},"nope":1}';
      const strict = await world.ask(`${maps}?fieldValidation=Strict`, {
        method: 'POST',
        type: 'application/json',
        body,
      });
      expect(strict.code).to.equal(400);
      expect(strict.json.message).to.contain('strict decoding error').and.to.contain('duplicate field "data.a"');
      const lax = await world.ask(maps, { method: 'POST', type: 'application/json', body });
      expect(lax.code).to.equal(201);
      expect(lax.json.data).to.deep.equal({ a: '2' });
      expect(lax.headers.warning).to.contain('duplicate field').and.to.contain('unknown field');
    });
  });

  describe('answers in the form that the client wants', () => {
    before(async () => {
      await world.ask(maps, { method: 'POST', body: named('shown', { a: '1' }) });
    });

    it('as a Table, the rows with as much of the object as asked for', async () => {
      const { json } = await world.ask(`${maps}?fieldSelector=metadata.name=shown`, { headers: { Accept: table } });
      expect(json).to.deep.include({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' });
      expect(json.columnDefinitions[0]).to.include({ name: 'Name', type: 'string', format: 'name' });
      expect(json.rows).to.have.length(1);
      expect(json.rows[0].cells[0]).to.equal('shown');
      expect(json.rows[0].object.kind).to.equal('PartialObjectMetadata');
      const whole = await world.ask(`${maps}/shown?includeObject=Object`, { headers: { Accept: table } });
      expect(whole.json.rows[0].object.data).to.deep.equal({ a: '1' });
    });

    it('as metadata alone', async () => {
      const Accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
      const { json } = await world.ask(maps, { headers: { Accept } });
      expect(json.kind).to.equal('PartialObjectMetadataList');
      expect(Object.keys(json.items[0])).to.deep.equal(['kind', 'apiVersion', 'metadata']);
    });

    it('or not at all', async () => {
      const { code, json } = await world.ask(maps, { headers: { Accept: 'image/png' } });
      expect([code, json.reason]).to.deep.equal([406, 'NotAcceptable']);
    });

    it('in pages, in parts, compressed', async () => {
      const names = Array.from({ length: 250 }, (_, index) => `many-${String(index).padStart(3, '0')}`);
      const padding = { text: 'x'.repeat(2000) };
      for (const name of names)
        await world.client.of(ConfigMaps).in('default').create({ metadata: { name }, data: padding });
      const all = await world.ask(maps, { headers: { 'Accept-Encoding': 'gzip' } });
      expect(all.headers['content-encoding']).to.equal('gzip');
      const items = JSON.parse(gunzipSync(all.bytes).toString()).items as ConfigMap[];
      expect(items.map(({ metadata }) => metadata.name).filter((name) => name.startsWith('many-'))).to.deep.equal(
        names,
      );
      const found: string[] = [];
      for (let next = ''; ; ) {
        const page = (await world.ask(`${maps}?limit=100&continue=${next}`)).json;
        found.push(...(page.items as ConfigMap[]).map(({ metadata }) => metadata.name));
        next = page.metadata.continue ?? '';
        if (next === '') break;
      }
      expect(found).to.deep.equal(items.map(({ metadata }) => metadata.name));
    });
  });

  describe('watches', () => {
    const only = (name: string) => `fieldSelector=metadata.name%3D${name}`;

    it('one event a line, as it happens', async () => {
      const lines = linesOf(await world.open(`${maps}?watch=true&${only('seen')}`));
      await world.ask(maps, { method: 'POST', body: named('seen') });
      const added = JSON.parse((await lines.next()).value as string);
      expect([added.type, added.object.metadata.name]).to.deep.equal(['ADDED', 'seen']);
      await world.ask(`${maps}/seen`, { method: 'DELETE' });
      expect(JSON.parse((await lines.next()).value as string).type).to.equal('DELETED');
      await lines.return(undefined);
    });

    it('as Tables, with the columns in the first one only', async () => {
      await world.ask(maps, { method: 'POST', body: named('tab') });
      const lines = linesOf(await world.open(`${maps}?watch=true&${only('tab')}`, { headers: { Accept: table } }));
      const first = JSON.parse((await lines.next()).value as string);
      expect(first.object.kind).to.equal('Table');
      expect(first.object.columnDefinitions).to.be.an('array');
      await world.ask(`${maps}/tab`, { method: 'DELETE' });
      const second = JSON.parse((await lines.next()).value as string);
      expect(second.object.columnDefinitions).to.equal(null);
      expect(second.object.rows[0].cells[0]).to.equal('tab');
      await lines.return(undefined);
    });

    it('ends after timeoutSeconds', async () => {
      const { code, text } = await world.ask(`${maps}?watch=1&timeoutSeconds=1&${only('none')}`);
      expect([code, text]).to.deep.equal([200, '']);
    });

    it('says what is wrong before it begins', async () => {
      expect((await world.ask('/api/v1/pods?watch=1', { anonymous: true })).code).to.equal(403);
      expect((await world.ask(`${maps}?watch=1&labelSelector=%21%21`)).code).to.equal(400);
      expect((await world.ask(`${maps}?watch=1&sendInitialEvents=true`)).code).to.equal(422);
    });
  });

  describe('tells what there is', () => {
    it('in the old way, group by group', async () => {
      expect((await world.ask('/api')).json.versions).to.deep.equal(['v1']);
      const { json } = await world.ask('/apis');
      expect(json.groups.map(({ name }: { name: string }) => name)).to.include.members(['apps', 'discovery.k8s.io']);
      const apps = (await world.ask('/apis/apps/v1')).json;
      expect(apps.groupVersion).to.equal('apps/v1');
      const names = apps.resources.map(({ name }: { name: string }) => name);
      expect(names).to.include.members(['deployments', 'deployments/status', 'deployments/scale', 'replicasets']);
      expect((await world.ask('/apis/apps')).json.preferredVersion.groupVersion).to.equal('apps/v1');
    });

    it('in the new way, all at once', async () => {
      const Accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
      const { headers, json } = await world.ask('/api', { headers: { Accept } });
      expect(headers['content-type']).to.equal('application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList');
      const pods = json.items[0].versions[0].resources.find(
        ({ resource }: { resource: string }) => resource === 'pods',
      );
      expect(pods).to.deep.include({ scope: 'Namespaced', singularResource: 'pod', shortNames: ['po'] });
      const subresources = pods.subresources.map(({ subresource }: { subresource: string }) => subresource);
      expect(subresources).to.include.members(['binding', 'eviction', 'log', 'status']);
    });

    it('in OpenAPI, with hashes that let clients keep what they have', async () => {
      const { paths } = (await world.ask('/openapi/v3')).json;
      const { serverRelativeURL } = paths['apis/apps/v1'];
      const { headers, json } = await world.ask(serverRelativeURL);
      const operations = json.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}'];
      const parameters = operations.patch.parameters.map(({ name }: { name: string }) => name);
      expect(parameters).to.include.members(['fieldValidation', 'dryRun', 'fieldManager']);
      expect(Object.keys(operations.patch.requestBody.content)).to.include('application/strategic-merge-patch+json');
      expect(operations.patch['x-kubernetes-group-version-kind']).to.deep.equal({
        group: 'apps',
        version: 'v1',
        kind: 'Deployment',
      });
      const container = json.components.schemas['io.k8s.api.core.v1.Container'];
      expect(container.properties.ports).to.include({ 'x-kubernetes-patch-merge-key': 'containerPort' });
      const again = await world.ask(serverRelativeURL, { headers: { 'If-None-Match': String(headers.etag) } });
      expect(again.code).to.equal(304);
    });

    it('is well, and says so', async () => {
      for (const path of ['/healthz', '/livez', '/readyz']) expect((await world.ask(path)).text).to.equal('ok');
      expect((await world.ask('/livez?verbose')).text).to.equal('[+]ping ok\n[+]etcd ok\nlivez check passed\n');
      expect((await world.ask('/readyz?verbose&exclude=etcd')).text).to.equal(
        '[+]ping ok\n[+]etcd excluded: ok\n[+]informer-sync ok\n[+]shutdown ok\nreadyz check passed\n',
      );
      expect((await world.ask('/readyz/etcd')).text).to.equal('ok');
      expect((await world.ask('/livez/informer-sync')).code).to.equal(404);
      expect((await world.ask('/version')).json).to.include({ major: '1' });
    });
  });
});
