// Scene: what the checks of this lab build their worlds of, and the questions that several of them ask.

import { type EndpointSlice, EndpointSlices } from '../../core/model/endpoint-slice.ts';
import type { Draft, StringMap } from '../../core/model/meta.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { type Service, Services } from '../../core/model/service.ts';
import type { ServiceSpec } from '../../core/model/service-spec.ts';
import { serviceNameLabel } from '../../core/network/service-table.ts';
import type { Values } from '../kit/texts.ts';
import type { World } from '../kit/world.ts';
import { difference, managedBy, slicesOf, us } from './truth.ts';

/** Seconds that a change may take until the slices show it, while nothing fails. */
const soon = 5;
/** The same after faults: what failed several times is tried again after some seconds. */
export const late = 60;

/** Seconds a pod of a slow start needs until it is ready, and a slow one to end. */
export const slowStart = 8;
export const slowEnd = 12;

interface PodWish {
  readonly app?: string;
  readonly namespace?: string;
  /** Of its container, called `http`. */
  readonly port?: number;
  /** How it behaves: see plugins/runtime-mock. */
  readonly mock?: StringMap;
  /** Asks for `/` once a second. */
  readonly probe?: boolean;
}

function podOf(
  name: string,
  { app = 'web', namespace = 'default', port = 8080, mock = {}, probe }: PodWish = {},
): Draft<Pod> {
  const annotations = Object.fromEntries(
    Object.entries(mock).map(([key, value]) => [`mock.kubelab.dev/${key}`, value]),
  );
  return {
    metadata: { name, namespace, labels: { app }, annotations },
    spec: {
      restartPolicy: 'Never',
      containers: [
        {
          name: 'main',
          image: 'kubelab/web',
          ports: [{ name: 'http', containerPort: port }],
          ...(probe && { readinessProbe: { httpGet: { path: '/', port }, periodSeconds: 1, failureThreshold: 1 } }),
        },
      ],
    },
  } as Draft<Pod>;
}

export const createPod = (world: World, name: string, wish: PodWish = {}) =>
  world.client
    .of(Pods)
    .in(wish.namespace ?? 'default')
    .create(podOf(name, wish));

export const deletePod = (world: World, name: string) => world.client.of(Pods).in('default').delete(name);

export const createService = (world: World, name: string, spec: Partial<ServiceSpec> = {}) =>
  world.client
    .of(Services)
    .in('default')
    .create({
      metadata: { name },
      spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
    } as Draft<Service>);

/** Pods web-1, web-2, ..., all of them running and ready. */
export async function createWeb(world: World, count: number, wish: PodWish = {}): Promise<void> {
  for (let number = 1; number <= count; number += 1) await createPod(world, `web-${number}`, wish);
  await world.until(() => world.pods().filter(isReady).length >= count, 30);
}

export const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, status: answer }) => type === 'Ready' && answer === 'True') ?? false;

/** Waits until slices and pods agree. @param message what is said when they do not in time: it tells what was done before */
export async function agree(world: World, message: string, values: Values = {}, seconds = soon): Promise<void> {
  const end = world.seconds + seconds;
  while (world.seconds < end && difference(world)) await world.run(0.25);
  const found = difference(world);
  if (!found) return;
  const object = `Pod default/${found.pod}`;
  world.fail(message, { ...found, ...values, seconds }, { object, line: lastLine(world) });
}

/** Where the student's code wrote a slice last. */
const lastLine = (world: World) => world.calls.findLast(({ kind }) => kind === 'EndpointSlice')?.line;

/** A Service without a selector, and one with: somebody else wrote a slice for each. */
export async function createForeign(world: World): Promise<EndpointSlice[]> {
  const ports = [{ port: 80, targetPort: 8080 }];
  await world.client
    .of(Services)
    .in('default')
    .create({ metadata: { name: 'manual' }, spec: { ports } });
  const made: EndpointSlice[] = [];
  for (const name of ['manual', 'web']) {
    const labels = { [serviceNameLabel]: name, [managedBy]: 'staff' };
    const slice = {
      metadata: { name: `${name}-by-hand`, labels },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['192.0.2.7'] }],
      ports: [{ name: '', port: 8080, protocol: 'TCP' }],
    };
    made.push(await world.client.of(EndpointSlices).in('default').create(slice));
  }
  return made;
}

export function unharmed(world: World, foreign: readonly EndpointSlice[]): void {
  for (const { metadata } of foreign) {
    const key = `default/${metadata.name}`;
    const now = world.get(EndpointSlices, key);
    if (now?.metadata.resourceVersion === metadata.resourceVersion) continue;
    world.fail(now ? 'foreign-changed' : 'foreign-deleted', { key, us }, { object: `EndpointSlice ${key}` });
  }
}

export function leftBehind(world: World): never {
  const [slice] = slicesOf(world, 'default/web');
  if (!slice) world.fail('never-gone', {}, { object: 'Service default/web' });
  const { name, ownerReferences } = slice.metadata;
  const owners = `[${(ownerReferences ?? []).map(({ kind, name: owner, uid }) => `${kind} ${owner} ${uid}`).join(', ')}]`;
  world.fail('left', { key: `default/${name}`, owners }, { object: `EndpointSlice default/${name}` });
}
