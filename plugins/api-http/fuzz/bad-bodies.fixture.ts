// Bodies that are no object of the kind: text that does not parse, bytes that are no message, JSON of the wrong types, too
// much of it.

import type { Random } from '../../../core/contracts/random.ts';
import { type Category, pathsOf, pick, plurals, samples, standing, withValue, write } from './bad-request.fixture.ts';

const badRequest = ['400 BadRequest'];
const protobufType = 'application/vnd.kubernetes.protobuf';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** JSON with something in the wrong place. */
function brokenJson(random: Random): string {
  const good = JSON.stringify(samples[pick(random, plurals)].object);
  for (;;) {
    // Nothing at all would be a good way to DELETE.
    const at = 1 + random.int(good.length - 1);
    const junk = pick(random, [
      '}',
      ']',
      ',',
      ':',
      '"',
      "'",
      '\\',
      '\u0001',
      'NaN',
      '//',
      '\n{',
      '0x1',
      'undefined',
      '\\u12',
    ]);
    const text = pick(random, [
      good.slice(0, at),
      good.slice(0, at) + junk + good.slice(at),
      good.slice(0, at) + good.slice(at + 1 + random.int(3)),
      `${good}${junk}`,
    ]);
    if (!isJson(text)) return text;
  }
}

const brokenYaml: readonly ((random: Random) => string)[] = [
  (random) => `metadata: {name: ${random.suffix(5)}`,
  (random) => `metadata:\n\tname: ${random.suffix(5)}\n`,
  (random) => `metadata: *${random.suffix(5)}\n`,
  (random) => `data: "${random.suffix(9)}\n`,
  (random) => `a: b: ${random.suffix(5)}\n`,
  (random) => `- ${random.suffix(5)}\nb: c\n`,
  (random) => `%${random.suffix(5)}\n---\n...\n? [`,
  (random) => `${random.suffix(5)}`,
  (random) => `[${random.suffix(5)}, 1]`,
  // Nine lists of nine of the list before: a billion texts.
  (random) =>
    [
      `a: &a ["${random.suffix(3)}"]`,
      ...'bcdefghij'.split('').map((name, index) => {
        const before = `*${'abcdefghij'[index]}`;
        return `${name}: &${name} [${Array.from({ length: 9 }, () => before).join(',')}]`;
      }),
    ].join('\n'),
];

/** Another JSON type than the value has, and not one that Kubernetes takes in its place. */
function otherType(random: Random, value: unknown, isAmount: boolean): unknown {
  const all: unknown[] = ['text', 7.5, true, { some: 'thing' }, [['list']]];
  const kind = (of: unknown) => (Array.isArray(of) ? 'array' : typeof of);
  return pick(
    random,
    all.filter((other) => kind(other) !== kind(value) && !(isAmount && kind(other) === 'number')),
  );
}

const bytes = (random: Random, length: number): Buffer => Buffer.from(Array.from({ length }, () => random.int(256)));

/** A protobuf envelope whose message cannot be read: fields of wire types that do not exist, lengths beyond the end. */
function brokenProtobuf(random: Random): Buffer {
  const magic = Buffer.from('k8s\0');
  const type = (kind: string) =>
    Buffer.from([0x0a, kind.length + 6, 0x0a, 2, 0x76, 0x31, 0x12, kind.length, ...Buffer.from(kind)]);
  const junk = Buffer.concat([
    Buffer.from([pick(random, [0x0f, 0x0e, 0x12])]),
    Buffer.from([0xff, 0xff, 0x7f]),
    bytes(random, random.int(40)),
  ]);
  return pick(random, [
    () => bytes(random, random.int(60)),
    () => Buffer.concat([magic, junk]),
    () => Buffer.concat([magic, type('ConfigMap'), Buffer.from([0x12, junk.length]), junk]),
    () => Buffer.concat([magic, type(`Kind${random.suffix(4)}`), Buffer.from([0x12, 0])]),
    () => Buffer.concat([magic, type('ConfigMap'), Buffer.from([0x12, 0x7f]), bytes(random, 5)]),
  ])();
}

const deep = (random: Random): string => {
  const depth = 101 + random.int(5_000);
  const [open, close] = pick(random, [['[', ']'] as const, ['{"a":', '}'] as const]);
  return `{"metadata":{"name":"x"},"${random.suffix(4)}":${open.repeat(depth)}1${close.repeat(depth)}}`;
};

const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
];

export const badBodies: readonly Category[] = [
  {
    name: 'JSON that is none',
    draw: (random) => ({ ...write(random, pick(random, plurals), brokenJson(random)), want: badRequest }),
  },
  {
    name: 'patches and options that are no JSON',
    draw: (random) => ({
      path: `${samples[pick(random, plurals)].path}/${standing}`,
      ask: pick(random, [
        { method: 'PATCH', type: pick(random, patchTypes), body: brokenJson(random) },
        { method: 'DELETE', type: 'application/json', body: brokenJson(random) },
      ]),
      want: badRequest,
    }),
  },
  {
    name: 'YAML that is none, or no object',
    draw: (random) => ({
      ...write(random, pick(random, plurals), pick(random, brokenYaml)(random), 'application/yaml'),
      want: badRequest,
    }),
  },
  {
    name: 'protobuf that is none',
    draw: (random) => ({ ...write(random, 'configmaps', brokenProtobuf(random), protobufType), want: badRequest }),
  },
  {
    name: 'wrong types',
    draw: (random) => {
      const plural = pick(random, plurals);
      const { object } = samples[plural];
      const path = pick(random, pathsOf(object));
      const value = path.reduce((at: unknown, key) => (at as Record<string | number, unknown>)[key], object);
      return {
        ...write(
          random,
          plural,
          JSON.stringify(withValue(object, path, otherType(random, value, path.includes('requests')))),
        ),
        want: badRequest,
      };
    },
  },
  {
    name: 'values that are not what their text says',
    draw: (random) => {
      const [plural, path, value] = pick(random, [
        ['pods', ['spec', 'containers', 0, 'resources', 'requests', 'cpu'], `${random.suffix(3)}!`] as const,
        [
          'pods',
          ['spec', 'containers', 0, 'resources', 'requests', 'memory'],
          `${random.int(99)}Gi${random.suffix(2)}`,
        ] as const,
        ['pods', ['metadata', 'creationTimestamp'], `20${random.int(99)}-13-01T00:00:00Z`] as const,
        ['deployments', ['spec', 'replicas'], 2 ** 31 + random.int(1000)] as const,
        ['services', ['spec', 'ports', 0, 'port'], random.int(1000) + 0.5] as const,
      ]);
      return {
        ...write(random, plural, JSON.stringify(withValue(samples[plural].object, path, value))),
        want: badRequest,
      };
    },
  },
  {
    name: 'bodies that are no object',
    draw: (random) => ({
      ...write(
        random,
        pick(random, plurals),
        pick(random, ['', 'null', '[]', '1', '"x"', 'true', `[${random.int(1000)}]`, `"${random.suffix(6)}"`]),
      ),
      want: badRequest,
    }),
  },
  {
    name: 'nesting past 100 levels',
    draw: (random) => ({ ...write(random, pick(random, plurals), deep(random)), want: badRequest }),
  },
];

/** Few of them: each is megabytes. */
export const bigBodies: Category = {
  name: 'bodies over 3 MB',
  draw: (random) => {
    const text = random.suffix(1_000).repeat(3_200 + random.int(3_000));
    const body = JSON.stringify(withValue(samples.configmaps.object, ['data', 'key'], text));
    return { ...write(random, 'configmaps', body), want: ['413 RequestEntityTooLarge'] };
  },
};
