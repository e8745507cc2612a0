// Story: one pod's life out of the notes of an audit ring: what was written about it, by whom, in order, and between it what
// leaves no write behind: a component that has seen the pod shows it by its first word only.
//
//   storyOf(ring.notes(), { namespace: 'default', name: 'web-1' })?.steps
//     Deployment created > ReplicaSet created > pod-created > admitted > queued > bound > taken > ... > gone
//
// Always true: times never go back; each step is the work of who is named; a pod that is gone has a story as long as the
// ring remembers it; of several pods that had the name one after the other, the last one is told of.

import type { Note, StepName, Writer } from './note.ts';

/** `at`: then. `by`: then at the latest; the moment itself left no trace. `after`: some moment after. */
export type When = 'at' | 'by' | 'after';

export interface Step extends Writer {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly when: When;
  readonly step: StepName;
  readonly what: string;
  readonly count?: number;
}

export interface Story {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** When the pod was created, milliseconds since 1970: undefined when the ring does not remember that any more. */
  readonly created: number | undefined;
  readonly isGone: boolean;
  readonly steps: readonly Step[];
}

export interface StoryOptions {
  /** What routes connections to Services, where something does: proxies write nothing, so no note tells of them. */
  readonly proxy?: Writer;
}

/** Undefined: nothing was written about a pod of that name, as far as the ring remembers. */
export function storyOf(
  notes: readonly Note[],
  { namespace, name }: { readonly namespace: string; readonly name: string },
  { proxy }: StoryOptions = {},
): Story | undefined {
  const last = notes.findLast((note) => note.kind === 'Pod' && note.namespace === namespace && note.name === name);
  if (!last) return undefined;
  const { uid } = last;
  const own = notes.filter((note) => note.uid === uid);
  const birth = own.find(({ step }) => step === 'pod-created');
  const told = new Set([...own, ...ownersIn(notes, own)]);
  const steps = sandboxFirst(inOrder(notes.filter((note) => told.has(note)))).map(stepOf);
  return {
    namespace,
    name,
    uid,
    created: birth?.at,
    isGone: own.some(({ step }) => step === 'gone'),
    steps: withSilentSteps(steps, proxy),
  };
}

/** Pods that the notes know of, living and gone, by `namespace/name`, those heard of last at the end. */
export function podsIn(notes: readonly Note[]): { readonly key: string; readonly isGone: boolean }[] {
  const pods = new Map<string, boolean>();
  for (const { kind, namespace, name, step } of notes) {
    if (kind !== 'Pod') continue;
    const key = `${namespace}/${name}`;
    const isGone = step === 'gone' || (pods.get(key) === true && step !== 'pod-created');
    pods.delete(key);
    pods.set(key, isGone);
  }
  return [...pods].map(([key, isGone]) => ({ key, isGone }));
}

/** Who stands above the pod: how each came to be, and its last change before the pod was born and before it had to go. */
function ownersIn(notes: readonly Note[], own: readonly Note[]): Note[] {
  const turns = own.filter(({ step }) => step === 'pod-created' || step === 'delete-asked');
  const found: Note[] = [];
  let above = own.find(({ step }) => step === 'pod-created')?.owner;
  while (above !== undefined) {
    const uid: string = above;
    const its = notes.filter((note) => note.uid === uid);
    const created = its.find(({ step }) => step === 'owner-created');
    if (created) found.push(created);
    for (const turn of turns) {
      const until = notes.indexOf(turn);
      const change = its.findLast((note) => isChange(note) && notes.indexOf(note) < until);
      if (change) found.push(change);
    }
    above = created?.owner;
  }
  return found;
}

const isChange = ({ step }: Note): boolean => step === 'owner-changed' || step === 'owner-gone';

/** Events of a container's start are written behind the status that shows it started: they belong before it. */
function inOrder(notes: readonly Note[]): Note[] {
  const running = notes.find(({ step }) => step === 'running');
  if (!running) return [...notes];
  const from = notes.indexOf(running);
  const isStart = ({ step, containers = [], count }: Note) =>
    (step === 'image-pulled' || step === 'container-created' || step === 'container-started') &&
    count === undefined &&
    containers.every((name) => running.containers?.includes(name));
  const behind = notes.slice(from).filter(isStart);
  const others = notes.slice(from).filter((note) => !behind.includes(note));
  return [...notes.slice(0, from), ...behind.map((note) => ({ ...note, at: running.at })), ...others];
}

/** The sandbox is told of by the first status with its address, which may come with the status that shows what runs in it. */
function sandboxFirst(notes: readonly Note[]): Note[] {
  const made = notes.find(({ step }) => step === 'sandbox-made');
  const first = notes.findIndex(({ step }) => inSandbox.has(step));
  if (!made || first < 0 || notes.indexOf(made) < first) return [...notes];
  const at = (notes[first] as Note).at;
  const others = notes.filter((note) => note !== made);
  return [...others.slice(0, first), { ...made, at, late: true }, ...others.slice(first)];
}

const inSandbox: ReadonlySet<StepName> = new Set(['image-pulled', 'container-created', 'container-started']);

const stepOf = ({ at, component, user, step, what, count, late }: Note): Step => ({
  at,
  when: late ? 'by' : 'at',
  // The request is the writer's, what is made of it is the API server's.
  component: step === 'admitted' ? 'api' : component,
  user,
  step,
  what,
  ...(count !== undefined && { count }),
});

/** With what nobody writes down: the scheduler queues the pod, the kubelet takes it, the proxy routes to it. */
function withSilentSteps(steps: readonly Step[], proxy: Writer | undefined): Step[] {
  const placed = steps.findIndex(({ step }) => step === 'bound' || step === 'unschedulable');
  const taken = steps.findIndex(({ component }) => component.startsWith('kubelet '));
  const ready = proxy ? steps.findIndex(({ step }) => step === 'endpoint-ready') : -1;
  return steps.flatMap((step, index): Step[] => {
    const { at, component, user } = step;
    if (index === placed) {
      return [{ at, when: 'by', component, user, step: 'queued', what: 'seen, waits for its turn' }, step];
    }
    if (index === taken) {
      return [{ at, when: 'by', component, user, step: 'taken', what: 'seen: a pod for this node' }, step];
    }
    if (index === ready && proxy) {
      return [step, { at, when: 'after', ...proxy, step: 'routed', what: 'connections to the service may reach it' }];
    }
    return [step];
  });
}
