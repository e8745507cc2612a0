// Places: where in the code each step of a story happens. A place is a file and a text that occurs in it exactly once (a
// spec holds that), so the line is found in the sources as they are: it is right after every edit, or the spec is red.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StepName } from '../../../core/story/note.ts';
import type { Step } from '../../../core/story/story.ts';

export interface Place {
  /** From the clone's root. */
  readonly file: string;
  readonly text: string;
}

const place = (file: string, text: string): Place => ({ file, text });

const created = place('core/api/create.ts', 'const created = stamp(await putNew(');
const changed = place('core/api/modify.ts', 'const put = await api.store.put(');
const gone = place('core/api/delete.ts', 'await api.store.delete(');
const marked = place('core/api/delete.ts', 'const marked = mark(api');
const status = place('core/node/pod-reporter.ts', 'await pods.status.update(');
const started = 'core/node/container-start.ts';
const slices = place(
  'plugins/controller-endpoints/slice-writer.ts',
  'for (const slice of update) this.#written.wrote(',
);

/** Where a step happens, whoever does it. */
const usual: Readonly<Record<StepName, Place | undefined>> = {
  'owner-created': created,
  'owner-changed': changed,
  'owner-gone': gone,
  'pod-created': created,
  admitted: place('core/api/admit.ts', 'const answer = plugin.mutate('),
  queued: place('core/scheduling/cluster-watch.ts', 'this.#parts.isOurs(pod) && !pod.metadata.deletionTimestamp'),
  unschedulable: place('core/scheduling/refused-pods.ts', 'const message = fitError('),
  bound: place('core/scheduling/verdicts.ts', ".post(name, 'binding', {"),
  taken: place('core/node/kubelet.ts', 'else this.#worker(object).update(object)'),
  'sandbox-made': place('core/node/pod-sandbox.ts', 'await this.#node.runtime.runSandbox('),
  'image-pulling': place(started, "tell('Normal', 'Pulling'"),
  'image-pulled': place(started, 'runtime.pullImage('),
  'image-failed': place(started, 'const reason = error instanceof ImageError'),
  'container-created': place(started, 'id = await runtime.createContainer('),
  'container-started': place(started, 'await runtime.startContainer(id)'),
  running: status,
  ready: status,
  'endpoint-added': slices,
  'endpoint-ready': slices,
  'endpoint-unready': slices,
  'endpoint-removed': slices,
  routed: place('core/network/proxy-loop.ts', 'await this.#options.proxy.sync('),
  changed,
  'probe-failed': place('core/node/probe-worker.ts', 'this.#options.onFailure(message)'),
  'container-ended': place('core/node/container-statuses.ts', 'terminated: terminated(of'),
  'back-off': place('core/node/pod-steps.ts', 'Back-off restarting failed container'),
  restarted: place('core/node/pod-steps.ts', 'return startContainer(request, node)'),
  unready: status,
  disrupted: changed,
  'delete-asked': marked,
  stopping: place('core/node/container-stop.ts', 'await runtime.stopContainer(run.id, left)'),
  succeeded: status,
  failed: status,
  gone,
  news: undefined,
};

/** Where it happens when a certain component does it: what a component does stands in its own code. */
const ofComponent: Readonly<Record<string, Partial<Record<StepName, Place>>>> = {
  'controller-deployment': {
    'owner-created': place('plugins/controller-deployment/replica-set-writer.ts', 'await door.create(draft)'),
    'owner-changed': place('plugins/controller-deployment/replica-set-writer.ts', 'replicas: size }'),
  },
  'controller-replication': {
    'pod-created': place('plugins/controller-replication/replica-controller.ts', 'await pods.create(draft)'),
    'delete-asked': place('plugins/controller-replication/replica-controller.ts', 'await pods.delete(name'),
    gone: place('plugins/controller-replication/replica-controller.ts', 'await pods.delete(name'),
  },
  'controller-garbage-collector': {
    'owner-gone': place('plugins/controller-garbage-collector/garbage-collector.ts', '.delete(name, options)'),
    'delete-asked': place('plugins/controller-garbage-collector/garbage-collector.ts', '.delete(name, options)'),
    gone: place('plugins/controller-garbage-collector/garbage-collector.ts', '.delete(name, options)'),
  },
  'controller-namespace': {
    'delete-asked': place('plugins/controller-namespace/contents.ts', 'deleteCollection('),
    gone: place('plugins/controller-namespace/contents.ts', 'deleteCollection('),
  },
  'controller-node': {
    unready: place('plugins/controller-node/node-health.ts', 'conditions: changed }'),
    disrupted: place('plugins/controller-node/taint-eviction.ts', 'await pods.status.update('),
    'delete-asked': place('plugins/controller-node/taint-eviction.ts', 'await pods.delete('),
    gone: place('plugins/controller-node/pod-garbage-collector.ts', 'await pods.delete('),
  },
  kubelet: {
    gone: place('core/node/pod-finish.ts', '.delete(name, { gracePeriodSeconds: 0'),
  },
};

export const allPlaces = (): Place[] =>
  [usual, ...Object.values(ofComponent)].flatMap((steps) => Object.values(steps).filter((one) => one !== undefined));

/** Of a component that runs somebody's file (`controller-replication (mine.ts)`) the API server's line is what we know. */
export const placeOf = ({ step, component }: Pick<Step, 'step' | 'component'>): Place | undefined =>
  ofComponent[component.includes('(') ? '' : (component.split(' ')[0] ?? '')]?.[step] ?? usual[step];

/** A line of the clone's code. */
export interface Line {
  readonly file: string;
  readonly line: number;
}

/** Undefined where the sources are not there, or do not have the text. */
export function lineOf({ file, text }: Place, root = cloneRoot()): Line | undefined {
  const full = path.join(root, file);
  if (!existsSync(full)) return undefined;
  const source = readFileSync(full, 'utf8');
  const at = source.indexOf(text);
  return at < 0 ? undefined : { file, line: source.slice(0, at).split('\n').length };
}

/** From dist/ and from the sources alike: the folder that has the sources. */
export function cloneRoot(): string {
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'core', 'index.ts')) || folder === path.dirname(folder)) return folder;
  }
}
