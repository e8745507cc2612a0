// A bad request, and what Kubernetes says to it. Each category draws as many as it is asked for, all different, from a
// seeded Random; what it draws is bad for certain, so that code and reason are known before the server is asked.

import type { Random } from '../../../core/contracts/random.ts';
import type { Ask } from '../test-face.ts';

export interface BadRequest {
  readonly path: string;
  readonly ask: Ask;
  /** `400 BadRequest`; several where Kubernetes' own answer depends on what it looks at first. */
  readonly want: readonly string[];
}

export interface Category {
  readonly name: string;
  draw(random: Random): BadRequest;
}

export const inDefault = '/api/v1/namespaces/default';
export const apps = '/apis/apps/v1/namespaces/default';

/** What is there when the bad requests come: each collection has one object of this name. */
export const standing = 'standing';

/** Where objects are POSTed to, with a good one for each. Names are never taken: were one accepted, it would be seen. */
export const samples = {
  configmaps: {
    path: `${inDefault}/configmaps`,
    object: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x', labels: { a: 'b' } },
      data: { key: 'value' },
    },
  },
  pods: {
    path: `${inDefault}/pods`,
    object: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'x', labels: { app: 'x' }, annotations: { note: 'n' } },
      spec: {
        containers: [
          {
            name: 'a',
            image: 'nginx',
            command: ['sleep', '1'],
            env: [{ name: 'A', value: '1' }],
            ports: [{ containerPort: 80, protocol: 'TCP' }],
            resources: { requests: { cpu: '100m', memory: '1Gi' } },
          },
        ],
        terminationGracePeriodSeconds: 5,
        hostNetwork: false,
        nodeSelector: { disk: 'ssd' },
        tolerations: [{ key: 'a', operator: 'Exists' }],
      },
    },
  },
  services: {
    path: `${inDefault}/services`,
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'x' },
      spec: { type: 'ClusterIP', selector: { app: 'x' }, ports: [{ name: 'http', port: 80 }] },
    },
  },
  deployments: {
    path: `${apps}/deployments`,
    object: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'x' },
      spec: {
        replicas: 1,
        paused: false,
        selector: { matchLabels: { app: 'x' } },
        template: {
          metadata: { labels: { app: 'x' } },
          spec: {
            containers: [{ name: 'a', image: 'nginx', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
            volumes: [{ name: 'v', emptyDir: {} }],
          },
        },
      },
    },
  },
} as const;

export type Plural = keyof typeof samples;
export const plurals = Object.keys(samples) as Plural[];

export const pick = <T>(random: Random, items: readonly T[]): T => items[random.int(items.length)] as T;

/** A copy with another value at a path; `undefined` takes it away. */
export function withValue(object: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  const changed = withValue((object as Record<string | number, unknown>)[first], rest, value);
  if (Array.isArray(object)) return object.map((item, index) => (index === first ? changed : item));
  const others = Object.entries(object as object).filter(([key]) => key !== first);
  return Object.fromEntries(changed === undefined ? others : [...others, [first, changed]]);
}

/** Every path inside a JSON value, the root left out. */
export function pathsOf(value: unknown, at: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return at.length > 0 ? [at] : [];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [...(at.length > 0 ? [at] : []), ...entries.flatMap(([key, child]) => pathsOf(child, [...at, key]))];
}

/** A POST or PUT of a body, as JSON. */
export function write(random: Random, plural: Plural, body: Ask['body'], type = 'application/json') {
  const { path } = samples[plural];
  return random.int(2) === 0
    ? { path, ask: { method: 'POST', type, ...(body !== undefined && { body }) } }
    : { path: `${path}/${standing}`, ask: { method: 'PUT', type, ...(body !== undefined && { body }) } };
}
