// Objects that are well-formed and break the rules: names, what is required, what must agree; states that are gone; keys
// that mean something to JavaScript.

import type { Random } from '../../../core/contracts/random.ts';
import {
  type Category,
  inDefault,
  type Plural,
  pick,
  plurals,
  samples,
  standing,
  withValue,
  write,
} from './bad-request.fixture.ts';

const invalid = ['422 Invalid'];
const badRequest = ['400 BadRequest'];
const conflict = ['409 Conflict'];

const post = (plural: Plural, body: unknown) => ({
  path: samples[plural].path,
  ask: { method: 'POST', body: body as object },
});
const put = (plural: Plural, body: unknown) => ({
  path: `${samples[plural].path}/${standing}`,
  ask: { method: 'PUT', body: body as object },
});

const badName = (random: Random): string =>
  pick(random, [
    () => `Up${random.suffix(4)}`,
    () => `-${random.suffix(4)}`,
    () => `${random.suffix(4)}-`,
    () => `${random.suffix(2)}_${random.suffix(2)}`,
    () => `${random.suffix(2)} ${random.suffix(2)}`,
    () => `${random.suffix(3)}..${random.suffix(3)}`,
    () => `.${random.suffix(3)}`,
    () => `${random.suffix(3)}é`,
    () => `${random.suffix(3)}\u0000`,
    () => random.suffix(254 + random.int(50)),
    () => `${random.suffix(2)}/${random.suffix(2)}`,
    () => `${random.suffix(2)}%${random.suffix(2)}`,
    () => pick(random, ['.', '..', '__proto__', 'toString', '$(id)', "';--", '<b>']),
  ])();

const badLabelKey = (random: Random): string =>
  pick(random, [
    '__proto__',
    '',
    '-a',
    'a/b/c',
    '/a',
    'a/',
    `${random.suffix(3)}!`,
    random.suffix(64),
    `${random.suffix(254)}/a`,
    'Ü',
  ]);

const badLabelValue = (random: Random): string =>
  pick(random, ['-a', 'a_', 'a b', 'é', '__proto__', random.suffix(64), `${random.suffix(3)}:`]);

/** What a kind cannot do without. */
const required: readonly (readonly [Plural, readonly (string | number)[]])[] = [
  ['pods', ['spec', 'containers']],
  ['pods', ['spec', 'containers', 0, 'name']],
  ['pods', ['spec', 'containers', 0, 'ports', 0, 'containerPort']],
  ['pods', ['spec', 'containers', 0, 'env', 0, 'name']],
  ['pods', ['metadata', 'name']],
  ['configmaps', ['metadata', 'name']],
  ['configmaps', ['metadata']],
  ['services', ['spec', 'ports']],
  ['services', ['spec', 'ports', 0, 'port']],
  ['deployments', ['spec', 'selector']],
  ['deployments', ['spec', 'template', 'metadata']],
  ['deployments', ['spec', 'template', 'spec', 'containers']],
  ['deployments', ['spec', 'template', 'spec', 'containers', 0, 'name']],
];

/** Values that are of the right type and are not among what may be said. */
const unsupported: readonly ((random: Random) => readonly [Plural, readonly (string | number)[], unknown])[] = [
  (random) => ['services', ['spec', 'type'], pick(random, ['constructor', '__proto__', random.suffix(5)])],
  (random) => ['services', ['spec', 'ports', 0, 'port'], pick(random, [-1, 65536 + random.int(9999)])],
  (random) => ['pods', ['spec', 'restartPolicy'], pick(random, ['toString', random.suffix(5)])],
  (random) => ['pods', ['spec', 'containers', 0, 'ports', 0, 'protocol'], random.suffix(3)],
  (random) => ['pods', ['spec', 'containers', 0, 'name'], badName(random)],
  (random) => ['pods', ['spec', 'containers', 0, 'ports', 0, 'containerPort'], 65536 + random.int(1000)],
  (random) => ['deployments', ['spec', 'replicas'], -1 - random.int(1000)],
  (random) => ['deployments', ['spec', 'template', 'metadata', 'labels', 'app'], random.suffix(5)],
  (random) => ['deployments', ['spec', 'template', 'spec', 'restartPolicy'], pick(random, ['Never', 'OnFailure'])],
];

/** Words that every object inherits. */
export const inherited = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__defineGetter__',
];

/** JSON text in which `__proto__` is a key like any other; an object literal cannot say that. */
const keyed = (key: string, value: string): string => `${JSON.stringify(key)}:${value}`;

export const badObjects: readonly Category[] = [
  {
    name: 'names that break the rules',
    draw: (random) => {
      const plural = pick(random, plurals);
      return {
        ...post(plural, withValue(samples[plural].object, ['metadata', 'name'], badName(random))),
        want: invalid,
      };
    },
  },
  {
    name: 'labels and annotations that break the rules',
    draw: (random) => {
      const plural = pick(random, plurals);
      const pair = pick(random, [
        () => ['labels', badLabelKey(random), 'a'] as const,
        () => ['labels', random.suffix(5), badLabelValue(random)] as const,
        () => ['annotations', badLabelKey(random), 'a'] as const,
      ])();
      const [field, key, value] = pair;
      const metadata = `{"name":"x",${JSON.stringify(field)}:{${keyed(key, JSON.stringify(value))}}}`;
      const { metadata: _, ...rest } = samples[plural].object;
      return {
        path: samples[plural].path,
        ask: {
          method: 'POST',
          type: 'application/json',
          body: `${JSON.stringify(rest).slice(0, -1)},"metadata":${metadata}}`,
        },
        want: invalid,
      };
    },
  },
  {
    name: 'what is required and left out',
    draw: (random) => {
      const [plural, path] = pick(random, required);
      const object = withValue(samples[plural].object, path, undefined);
      return { ...post(plural, withValue(object, ['note'], random.suffix(6))), want: invalid };
    },
  },
  {
    name: 'values that may not be said',
    draw: (random) => {
      const [plural, path, value] = pick(random, unsupported)(random);
      return { ...post(plural, withValue(samples[plural].object, path, value)), want: invalid };
    },
  },
  {
    name: 'states that are gone',
    draw: (random) => {
      const plural = pick(random, plurals);
      const metadata = {
        name: standing,
        resourceVersion: pick(random, ['1', '2', random.suffix(4), String(10_000 + random.int(10_000))]),
      };
      const body = { ...samples[plural].object, metadata };
      const merge = {
        path: `${samples[plural].path}/${standing}`,
        ask: { method: 'PATCH', type: 'application/merge-patch+json', body: { metadata } },
      };
      return { ...pick(random, [put(plural, body), merge]), want: conflict };
    },
  },
  {
    name: 'another object than the path says',
    draw: (random) => {
      const plural = pick(random, plurals);
      const { object } = samples[plural];
      const other = random.suffix(6);
      return pick(random, [
        () => ({ ...put(plural, withValue(object, ['metadata', 'name'], other)), want: badRequest }),
        () => ({ ...post(plural, withValue(object, ['metadata', 'namespace'], other)), want: badRequest }),
        () => ({ ...post(plural, withValue(object, ['kind'], other)), want: badRequest }),
        () => ({ ...post(plural, withValue(object, ['apiVersion'], `${other}/v1`)), want: badRequest }),
        () => ({
          ...post(plural, withValue(object, ['metadata', 'resourceVersion'], String(random.int(99) + 1))),
          want: badRequest,
        }),
        () => ({
          ...put(plural, withValue(object, ['metadata'], { name: standing, uid: random.uuid() })),
          want: conflict,
        }),
        () => ({ ...post(plural, withValue(object, ['metadata', 'name'], standing)), want: ['409 AlreadyExists'] }),
        () => ({
          path: `${samples[plural].path}/${other}`,
          ask: { method: 'PUT', body: withValue(object, ['metadata', 'name'], other) as object },
          want: ['404 NotFound'],
        }),
      ])();
    },
  },
  {
    name: 'fields that nobody knows, said strictly',
    draw: (random) => {
      const plural = pick(random, plurals);
      const key = pick(random, [...inherited, random.suffix(6)]);
      const inside = `${JSON.stringify(samples[plural].object).slice(0, -1)},${keyed(key, `{"polluted":${random.int(100)}}`)}}`;
      const { path, ask } = write(random, plural, inside);
      return { path: `${path}?fieldValidation=Strict`, ask, want: badRequest };
    },
  },
  {
    name: 'words that every object inherits, as places and values',
    draw: (random) => {
      const word = pick(random, inherited);
      return pick(random, [
        () => ({ path: `${inDefault}/${word}`, ask: {}, want: ['404 NotFound'] }),
        () => ({ path: `${inDefault}/configmaps/${word}`, ask: {}, want: ['404 NotFound'] }),
        () => ({ path: `${inDefault}/pods/${standing}/${word}`, ask: {}, want: ['404 NotFound'] }),
        () => ({ path: `/apis/${word}/v1/pods`, ask: {}, want: ['404 NotFound'] }),
        () => ({ path: `/apis/${word}`, ask: {}, want: ['404 NotFound'] }),
        () => ({ path: `/openapi/v3/${word}`, ask: {}, want: ['404 NotFound'] }),
        () => ({ path: `${inDefault}/pods?fieldSelector=${word}%3D1`, ask: {}, want: badRequest }),
        () => ({ path: `${inDefault}/pods?resourceVersion=1&resourceVersionMatch=${word}`, ask: {}, want: invalid }),
        () => ({
          path: `${inDefault}/pods`,
          ask: { headers: { Accept: `application/json;as=${word};g=${word};v=${word}` } },
          want: ['406 NotAcceptable'],
        }),
        () => ({
          path: `${inDefault}/configmaps/${standing}`,
          ask: { method: 'PATCH', type: word, body: '{}' },
          want: ['415 UnsupportedMediaType'],
        }),
        () => ({
          path: `${inDefault}/configmaps/${standing}?propagationPolicy=${word}`,
          ask: { method: 'DELETE' },
          want: invalid,
        }),
        () => ({
          path: `${inDefault}/configmaps/${standing}`,
          ask: {
            method: 'PATCH',
            type: 'application/json-patch+json',
            body: [{ op: 'add', path: `/${word}/polluted`, value: random.int(99) }],
          },
          want: invalid,
        }),
        () => ({
          path: `${inDefault}/configmaps/${standing}?fieldValidation=Strict`,
          ask: {
            method: 'PATCH',
            type: pick(random, ['application/merge-patch+json', 'application/strategic-merge-patch+json']),
            body: `{${keyed(word, '{"polluted":1}')}}`,
          },
          want: invalid,
        }),
      ])();
    },
  },
];
