// What the face refuses, and in which words; whatever is asked, it goes on and keeps nothing of it.

import { expect } from 'chai';
import { TestFace } from './test-face.ts';

const maps = '/api/v1/namespaces/default/configmaps';
const named = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: {} });

describe('HttpApi refuses', () => {
  let world: TestFace;

  before(async () => {
    world = await new TestFace().start();
  });
  after(() => world.stop());

  const refusals: [what: string, ask: Parameters<TestFace['ask']>, code: number, reason: string, message?: RegExp][] = [
    ['a kind that is not there', ['/api/v1/nopes'], 404, 'NotFound', /could not find the requested resource/],
    ['a group that is not there', ['/apis/nope/v1/things'], 404, 'NotFound'],
    ['a subresource that is not there', ['/api/v1/namespaces/default/pods/x/nope'], 404, 'NotFound'],
    ['names that are paths', ['/api/v1/namespaces/default/configmaps/..'], 400, 'BadRequest', /may not be '\.\.'/],
    ['hidden slashes', ['/api/v1/namespaces/default/configmaps/a%2fb'], 400, 'BadRequest', /may not contain '\/'/],
    ['bad escapes', ['/api/v1/namespaces/default/configmaps/%zz'], 400, 'BadRequest'],
    [
      'verbs that nobody has',
      ['/api/v1/namespaces/default/configmaps/x', { method: 'POST', body: {} }],
      405,
      'MethodNotAllowed',
    ],
    [
      'JSON that is none',
      [maps, { method: 'POST', type: 'application/json', body: '{"a":}' }],
      400,
      'BadRequest',
      /json parse error: invalid character '}' looking for beginning of value/,
    ],
    ['an empty body', [maps, { method: 'POST', type: 'application/json', body: '' }], 400, 'BadRequest', /<empty>/],
    [
      'YAML that is none',
      [maps, { method: 'POST', type: 'application/yaml', body: 'a: [' }],
      400,
      'BadRequest',
      /yaml/,
    ],
    [
      'protobuf that is none',
      [maps, { method: 'POST', type: 'application/vnd.kubernetes.protobuf', body: 'k8s' }],
      400,
      'BadRequest',
      /expected prefix/,
    ],
    [
      'forms that it does not know',
      [maps, { method: 'POST', type: 'text/xml', body: '<a/>' }],
      415,
      'UnsupportedMediaType',
    ],
    [
      'patches that it does not know',
      [`${maps}/x`, { method: 'PATCH', type: 'application/json', body: '{}' }],
      415,
      'UnsupportedMediaType',
    ],
    [
      'a body of the wrong kind',
      [maps, { method: 'POST', body: { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'x' } } }],
      400,
      'BadRequest',
    ],
    [
      'a body over 3 MB',
      [maps, { method: 'POST', type: 'application/json', body: Buffer.alloc(3_200_000, 0x20) }],
      413,
      'RequestEntityTooLarge',
    ],
    [
      'nesting beyond 100 levels',
      [maps, { method: 'POST', type: 'application/json', body: `${'['.repeat(200)}${']'.repeat(200)}` }],
      400,
      'BadRequest',
      /max depth/,
    ],
    [
      'numbers that are none',
      [`${maps}?limit=many`],
      400,
      'BadRequest',
      /strconv\.ParseInt: parsing "many": invalid syntax/,
    ],
    [
      'a dry run that is none',
      [`${maps}?dryRun=Some`, { method: 'POST', body: named('x') }],
      422,
      'Invalid',
      /supported values: "All"/,
    ],
    [
      'a policy that is none',
      [`${maps}/x?propagationPolicy=Some`, { method: 'DELETE' }],
      422,
      'Invalid',
      /propagationPolicy/,
    ],
  ];
  for (const [what, ask, code, reason, message = /./] of refusals)
    it(what, async () => {
      const answer = await world.ask(...ask);
      expect([answer.code, answer.json.kind, answer.json.reason]).to.deep.equal([code, 'Status', reason]);
      expect(answer.json.message).to.match(message);
    });

  it('and goes on: nothing of it is kept', async () => {
    const before = await world.store.revision();
    for (const [, ask] of refusals) await world.ask(...ask);
    expect(await world.store.revision()).to.equal(before);
    expect((await world.ask('/readyz')).text).to.equal('ok');
  });
});
