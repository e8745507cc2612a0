// Requests for what is not there, or in a way that nobody can be asked: paths, verbs, selectors, options, forms, patches.

import type { Random } from '../../../core/contracts/random.ts';
import { apps, type Category, inDefault, pick, plurals, samples, standing } from './bad-request.fixture.ts';

const badRequest = ['400 BadRequest'];
const notFound = ['404 NotFound'];
const invalid = ['422 Invalid'];
const notAllowed = ['405 MethodNotAllowed'];

const word = (random: Random): string => random.suffix(1 + random.int(12));
const get = (path: string, want: readonly string[]) => ({ path, ask: {}, want });
const escape = encodeURIComponent;
const collection = (random: Random): string => samples[pick(random, plurals)].path;
const one = (random: Random): string => `${collection(random)}/${standing}`;

const patches: readonly ((random: Random) => readonly [type: string, body: string, want: readonly string[]])[] = [
  (random) => ['json-patch', JSON.stringify({ op: 'add', path: `/${word(random)}`, value: 1 }), badRequest],
  (random) => ['json-patch', JSON.stringify([{ op: word(random), path: '/metadata', value: 1 }]), invalid],
  (random) => ['json-patch', JSON.stringify([{ op: 'replace', path: `/metadata/${word(random)}`, value: 1 }]), invalid],
  (random) => ['json-patch', JSON.stringify([{ op: 'remove', path: `/${word(random)}/a` }]), invalid],
  (random) => ['json-patch', JSON.stringify([{ op: 'test', path: '/kind', value: word(random) }]), invalid],
  (random) => ['json-patch', JSON.stringify([{ op: 'move', from: `/${word(random)}`, path: '/metadata' }]), invalid],
  (random) => ['json-patch', JSON.stringify([{ op: 'add', path: word(random), value: 1 }]), invalid],
  (random) => ['json-patch', JSON.stringify([null, random.int(99)]), invalid],
  (random) => [
    'json-patch',
    JSON.stringify([{ op: 'add', path: '/metadata/labels', value: random.int(99) }]),
    badRequest,
  ],
  (random) => ['json-patch', JSON.stringify([{ op: 'replace', path: '', value: [random.int(99)] }]), badRequest],
  (random) => ['merge-patch', JSON.stringify([word(random)]), badRequest],
  (random) => ['merge-patch', JSON.stringify({ metadata: word(random) }), badRequest],
  (random) => ['merge-patch', JSON.stringify({ metadata: { labels: { a: random.int(99) } } }), badRequest],
  (random) => ['merge-patch', JSON.stringify({ kind: word(random) }), badRequest],
  (random) => ['merge-patch', JSON.stringify({ metadata: { name: word(random) } }), badRequest],
  (random) => ['strategic-merge-patch', JSON.stringify(word(random)), badRequest],
  (random) => ['strategic-merge-patch', JSON.stringify({ $patch: word(random) }), badRequest],
  (random) => [
    'strategic-merge-patch',
    JSON.stringify({ metadata: { [`$deleteFromPrimitiveList/${word(random)}`]: 1 } }),
    badRequest,
  ],
  (random) => ['strategic-merge-patch', JSON.stringify({ metadata: { $retainKeys: word(random) } }), badRequest],
  (random) => ['strategic-merge-patch', JSON.stringify({ metadata: [word(random)] }), badRequest],
  (random) => [
    'strategic-merge-patch',
    JSON.stringify({ metadata: { labels: { [`${word(random)}!`]: 'a' } } }),
    invalid,
  ],
];

const selectors = (random: Random): string =>
  pick(random, [
    '!!',
    'a=b=c',
    'a in',
    'a in (',
    'a in b',
    '(a)',
    'a,,b',
    '=b',
    'a==(b)',
    ',',
    'a>b',
    'a>1,<2',
    '__proto__=a',
    '-a=b',
    `${word(random)}!=_`,
    `${word(random)} notin (`,
    `${word(random)} ${word(random)}`,
    `a=${random.suffix(64)}`,
  ]);

const listOptions: readonly ((random: Random) => readonly [query: string, want: readonly string[]])[] = [
  (random) => [`labelSelector=${escape(selectors(random))}`, badRequest],
  (random) => [`fieldSelector=${escape(`${word(random)}.${word(random)}=1`)}`, badRequest],
  (random) => [
    `fieldSelector=${escape(pick(random, ['metadata.name', 'metadata.name>1', 'a=b=c', `${word(random)}`]))}`,
    badRequest,
  ],
  (random) => [`limit=${pick(random, ['many', '1.5', '0x10', '9'.repeat(30), `${word(random)}b`])}`, badRequest],
  (random) => [`timeoutSeconds=${pick(random, ['long', '1e3', `${word(random)}b`])}`, badRequest],
  (random) => [
    `continue=${pick(random, ['%00', word(random), btoa(word(random)), btoa('{"v":"meta.k8s.io/v1","rv":1}'), btoa('{"v":"meta.k8s.io/v1","rv":5,"start":"../../secrets/x\\u0000"}')])}`,
    badRequest,
  ],
  (random) => [
    `resourceVersion=${pick(random, ['latest', '-1', '1.5', '9'.repeat(25), `${word(random)}b`])}`,
    badRequest,
  ],
  (random) => [`resourceVersionMatch=${word(random)}`, invalid],
  () => ['resourceVersionMatch=Exact', invalid],
  () => ['resourceVersion=0&resourceVersionMatch=Exact', invalid],
  () => ['sendInitialEvents=true', invalid],
  (random) => [`watch=1&sendInitialEvents=true&limit=${random.int(99)}`, invalid],
  (random) => [`watch=1&resourceVersion=${word(random)}b`, badRequest],
  (random) => [`watch=1&labelSelector=${escape(selectors(random))}`, badRequest],
  (random) => [`watch=1&timeoutSeconds=${word(random)}b`, badRequest],
  () => ['resourceVersion=1&resourceVersionMatch=Exact', ['410 Expired']],
  () => ['watch=1&resourceVersion=1', ['410 Expired']],
];

const deleteOptions: readonly ((random: Random) => readonly [body: unknown, want: readonly string[]])[] = [
  (random) => [{ propagationPolicy: word(random) }, invalid],
  (random) => [{ propagationPolicy: random.int(99) }, badRequest],
  (random) => [{ gracePeriodSeconds: word(random) }, badRequest],
  (random) => [{ gracePeriodSeconds: random.int(9) + 0.5 }, badRequest],
  () => [{ propagationPolicy: 'Orphan', orphanDependents: true }, invalid],
  (random) => [{ preconditions: word(random) }, badRequest],
  (random) => [{ preconditions: { uid: random.uuid() } }, ['409 Conflict']],
  (random) => [{ preconditions: { resourceVersion: String(random.int(3) + 1) } }, ['409 Conflict']],
  (random) => [{ dryRun: [word(random)] }, invalid],
  (random) => [{ dryRun: word(random) }, badRequest],
  (random) => [{ kind: `Pod${word(random)}`, apiVersion: 'v1' }, badRequest],
  (random) => [[word(random)], badRequest],
];

export const badAddresses: readonly Category[] = [
  {
    name: 'kinds, groups, versions and subresources that are not there',
    draw: (random) =>
      get(
        pick(random, [
          `${inDefault}/${word(random)}`,
          `/api/v${2 + random.int(99)}/pods`,
          `/apis/${word(random)}/v1/pods`,
          `/apis/${word(random)}`,
          `/apis/apps/v1${word(random)}/deployments`,
          `/apis/apps/v1/${word(random)}`,
          `${inDefault}/pods/${standing}/${word(random)}`,
          `${apps}/deployments/${standing}/${word(random)}/${word(random)}`,
          `${inDefault}/configmaps/${standing}/status`,
          `${inDefault}/nodes/${word(random)}`,
          `/api/v1/pods/${word(random)}`,
          `${inDefault}/configmaps/${word(random)}`,
          `/openapi/v3/apis/${word(random)}`,
        ]),
        notFound,
      ),
  },
  {
    name: 'verbs that nobody has',
    draw: (random) => {
      const [method, path] = pick(random, [
        ['POST', one(random)] as const,
        ['PUT', collection(random)] as const,
        ['PATCH', collection(random)] as const,
        [
          pick(random, ['OPTIONS', 'PROPFIND', 'SEARCH', 'LINK', 'TRACE', 'REPORT', 'LOCK']),
          `${collection(random)}/${word(random)}`,
        ] as const,
        [pick(random, ['DELETE', 'POST', 'LINK']), `${inDefault}/pods/${standing}/status`] as const,
        [pick(random, ['DELETE', 'POST']), `${apps}/deployments/${standing}/scale`] as const,
        [pick(random, ['GET', 'PUT', 'PATCH', 'DELETE']), `${inDefault}/pods/${standing}/binding`] as const,
        [pick(random, ['GET', 'POST', 'PATCH', 'DELETE']), '/api/v1/namespaces/default/finalize'] as const,
        ['PUT', `${inDefault}/pods/${standing}/exec?command=${word(random)}`] as const,
        ['DELETE', `${inDefault}/pods/${standing}/${pick(random, ['attach', 'portforward', 'exec'])}`] as const,
        ['GET', `${inDefault}/pods/${standing}/proxy`] as const,
        ['DELETE', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'] as const,
        [
          'GET',
          `/apis/authorization.k8s.io/v1/${pick(random, ['subjectaccessreviews', 'selfsubjectrulesreviews'])}`,
        ] as const,
      ]);
      return {
        path,
        ask: { method, ...(method === 'POST' || method.startsWith('P') ? { body: {} } : {}) },
        want: notAllowed,
      };
    },
  },
  {
    name: 'paths that lead out, or nowhere',
    draw: (random) => {
      const kind = pick(random, plurals);
      const base = samples[kind].path;
      return pick(random, [
        () => get(`${base}/..`, badRequest),
        () => get(`${base}/%2e%2e`, badRequest),
        () => get(`${base}/%2E%2e`, badRequest),
        () => get(`${base}/.`, badRequest),
        () => get(`${base}/${word(random)}%2F${word(random)}`, badRequest),
        () => get(`${base}/..%2f${word(random)}`, badRequest),
        () => get(`${base}/%252e${word(random)}`, badRequest),
        () => get(`${base}/%${pick(random, ['zz', '', '1', 'c3%28', 'ff', 'u002e'])}`, badRequest),
        () => get(`/api/v1/namespaces/%2e%2e/${kind}/${word(random)}`, badRequest),
        () => get(`${base}//${word(random)}`, notFound),
        () => get(base.replace('/namespaces', '//namespaces'), notFound),
        () => get(base.replace('default', ''), notFound),
        () => get(`${base}/${word(random)}%00`, notFound),
        () => get(`${base}/${random.suffix(200).repeat(1 + random.int(300))}`, notFound),
        () => get(`/api/v1/${'namespaces/'.repeat(5 + random.int(200))}x`, notFound),
      ])();
    },
  },
  {
    name: 'list and watch options that are none',
    draw: (random) => {
      const [query, want] = pick(random, listOptions)(random);
      return get(`${collection(random)}?${query}`, want);
    },
  },
  {
    name: 'write options that are none',
    draw: (random) => {
      const plural = pick(random, plurals);
      const query = pick(random, [
        `dryRun=${word(random)}`,
        `dryRun=All&dryRun=${word(random)}`,
        `fieldValidation=${word(random)}`,
        `fieldManager=${random.suffix(129 + random.int(99))}`,
      ]);
      return {
        path: `${samples[plural].path}?${query}`,
        ask: { method: 'POST', body: samples[plural].object },
        want: invalid,
      };
    },
  },
  {
    name: 'patches that are none',
    draw: (random) => {
      const [type, body, want] = pick(random, patches)(random);
      return { path: one(random), ask: { method: 'PATCH', type: `application/${type}+json`, body }, want };
    },
  },
  {
    name: 'ways to delete that are none',
    draw: (random) => {
      const [body, want] = pick(random, deleteOptions)(random);
      return {
        path: one(random),
        ask: { method: 'DELETE', type: 'application/json', body: JSON.stringify(body) },
        want,
      };
    },
  },
  {
    name: 'forms that the server does not know',
    draw: (random) =>
      pick(random, [
        () => ({
          path: collection(random),
          ask: {
            method: 'POST',
            type: pick(random, [
              'text/xml',
              'text/plain',
              'multipart/form-data',
              `application/${word(random)}`,
              word(random),
            ]),
            body: word(random),
          },
          want: ['415 UnsupportedMediaType'],
        }),
        () => ({
          path: one(random),
          ask: {
            method: 'PATCH',
            type: pick(random, [
              'application/json',
              'application/apply-patch+yaml',
              `application/${word(random)}-patch+json`,
            ]),
            body: '{}',
          },
          want: ['415 UnsupportedMediaType'],
        }),
        () => ({
          path: pick(random, [collection(random), one(random)]),
          ask: {
            headers: {
              Accept: pick(random, [
                'image/png',
                `text/${word(random)}`,
                `application/json;as=${word(random)}`,
                'application/json;as=Table;v=v9;g=meta.k8s.io',
              ]),
            },
          },
          want: ['406 NotAcceptable'],
        }),
        () => ({
          path: collection(random),
          ask: {
            headers: {
              Authorization: pick(random, [`Bearer ${word(random)}`, `Basic ${word(random)}`, 'Bearer', word(random)]),
            },
          },
          want: ['401 Unauthorized'],
        }),
        () => ({
          path: collection(random),
          ask: { anonymous: true, method: pick(random, ['GET', 'DELETE']) },
          want: ['403 Forbidden'],
        }),
      ])(),
  },
];
