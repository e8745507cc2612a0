// What lab 1 asks: a kubeconfig that works, and answers that a cluster agrees with. Nothing is compared with a list of right
// answers: requests go over TLS to a cluster, and what is said about components is held against the audit of one.

import type { Plugin } from '../../core/cluster/plugin.ts';
import { ConfigMaps } from '../../core/model/config-map.ts';
import { Deployments } from '../../core/model/deployment.ts';
import { EndpointSlices } from '../../core/model/endpoint-slice.ts';
import { Namespaces } from '../../core/model/namespace.ts';
import { ReplicaSets } from '../../core/model/replica-set.ts';
import { AuditRing } from '../../core/story/audit-ring.ts';
import { storyOf } from '../../core/story/story.ts';
import { SeededRandom } from '../../core/time/random.ts';
import type { HttpApi } from '../../plugins/api-http/plugin.ts';
import { controllerDeployment } from '../../plugins/controller-deployment/plugin.ts';
import { controllerEndpoints } from '../../plugins/controller-endpoints/plugin.ts';
import { controllerGarbageCollector } from '../../plugins/controller-garbage-collector/plugin.ts';
import { controllerReplication } from '../../plugins/controller-replication/plugin.ts';
import { schedulerResourceFit } from '../../plugins/scheduler-resource-fit/plugin.ts';
import { describeLab } from '../kit/describe-lab.ts';
import type { Check, Lab, StudentPart } from '../kit/lab.ts';
import { inWorld, type World } from '../kit/world.ts';
import { lineOfField, lookAround, shown } from './answers.ts';
import { componentOf, type Outcome, openShop, orderedSteps, outcomeOf, outcomes, writes } from './cluster-life.ts';
import { Doorway, type Facts, factsFor } from './front-door.ts';
import { ask, Unusable, type Way, wayOf } from './kubeconfig.ts';

const common = { lab: '01-look-around', slot: 'none' } as const;

/** Who stands at the door of the cluster, and with what. */
interface Caller {
  readonly check: string;
  readonly world: World;
  readonly part: StudentPart;
  readonly facts: Facts;
  /** Another door to the same cluster, which shows a certificate that the facts' authority has not signed. */
  readonly falseDoor: HttpApi;
}

/** A check of the kubeconfig: a cluster without nodes behind HTTPS; who calls, and from which namespace, is chance. */
function atTheDoor(id: string, work: (caller: Caller) => Promise<void>): Check {
  const run: Check['run'] = (part, seed) => {
    const random = new SeededRandom(`${id} ${seed}`);
    const doorway = new Doorway();
    const options = { ...common, check: id, nodes: 0, controllers: [], plugins: [doorway.plugin()] };
    return inWorld(options, async (world) => {
      const [door, falseDoor] = await Promise.all([doorway.open(world.clock), doorway.open(world.clock)]);
      try {
        const user = { name: random.pick(['ann', 'bob', 'cleo', 'dan'])!, groups: ['students'] };
        const namespace = random.pick(['shop', 'bank', 'game', 'mail'])!;
        await work({ check: id, world, part, facts: await factsFor(door, user, namespace), falseDoor });
      } finally {
        await Promise.all([door.stop(), falseDoor.stop()]);
      }
    })(part, seed);
  };
  return { id, run };
}

/** Where the student's kubeconfig leads. @throws FailedCheck when kubectl could not use it */
async function wayFor({ check, world, part }: Caller, facts: Facts): Promise<Way> {
  const { kubeconfig } = lookAround(part);
  const line = lineOfField(part, 'kubeconfig');
  // What is wrong with the file itself, 1.1 tells; the others only say that they could not go on.
  const unusable = (message: string, values: Readonly<Record<string, string>>) =>
    check === '1.1' ? world.fail(message, values, { line }) : world.fail('unusable', {}, { line });
  if (typeof kubeconfig !== 'function') return unusable('no-function', { found: typeof kubeconfig });
  let text: unknown;
  try {
    text = await kubeconfig(facts);
  } catch (error) {
    return world.fail('threw', { doing: 'kubeconfig(facts)', error: String(error) }, { line });
  }
  try {
    return wayOf(text);
  } catch (error) {
    if (error instanceof Unusable) return unusable(error.problem, error.values);
    throw error;
  }
}

/** What a person would look up: `SELF_SIGNED_CERT_IN_CHAIN`, `ECONNREFUSED`. */
const codeOf = (error: unknown): string => (error as { code?: string }).code ?? (error as Error).message;

/** Asks as kubectl would; a server that cannot be reached, or shows the wrong certificate, is a finding. */
async function asked({ world, part }: Caller, way: Way, method: 'GET' | 'POST', path: string, body?: object) {
  try {
    return await ask(way, method, path, body);
  } catch (error) {
    return world.fail('unreachable', { error: codeOf(error) }, { line: lineOfField(part, 'kubeconfig') });
  }
}

const leadsThere = atTheDoor('1.1', async (caller) => {
  const { world, part, facts } = caller;
  const way = await wayFor(caller, facts);
  if (new URL(way.server).port !== new URL(facts.server).port) {
    world.fail('other-server', { server: way.server }, { line: lineOfField(part, 'kubeconfig') });
  }
  await asked(caller, way, 'GET', '/version');
});

const trustsNobodyElse = atTheDoor('1.2', async (caller) => {
  const { world, part, facts, falseDoor } = caller;
  await asked(caller, await wayFor(caller, facts), 'GET', '/version');
  const lured = await wayFor(caller, { ...facts, server: falseDoor.url });
  const answered = await ask(lured, 'GET', '/version').then(
    () => true,
    () => false,
  );
  if (answered) world.fail('trusts-anybody', {}, { line: lineOfField(part, 'kubeconfig') });
});

const speaksForItsUser = atTheDoor('1.3', async (caller) => {
  const { world, part, facts } = caller;
  const line = lineOfField(part, 'kubeconfig');
  const metadata = { name: facts.namespace };
  await world.client.of(Namespaces).create({ metadata, spec: {} });
  await world.client
    .of(ConfigMaps)
    .in(facts.namespace)
    .create({ metadata: { name: 'hello' } });
  const way = await wayFor(caller, facts);
  const review = await asked(caller, way, 'POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'SelfSubjectReview',
  });
  const who = review.body.status?.userInfo?.username ?? 'system:anonymous';
  if (who !== facts.user) world.fail('somebody-else', { who, user: facts.user }, { line });
  const maps = await asked(caller, way, 'GET', `/api/v1/namespaces/${way.namespace}/configmaps`);
  const names = (maps.body.items ?? []).map((item: { metadata: { name: string } }) => item.metadata.name);
  if (!names.includes('hello')) {
    world.fail('elsewhere', { namespace: way.namespace, wanted: facts.namespace }, { line });
  }
});

/** What the components of the cluster are called, kubelets by one name. */
const componentsOf = ({ cluster }: World): string[] => [
  ...new Set([
    'api',
    'proxy',
    ...cluster.components.map(({ name, plan }) => (plan.role === 'ContainerRuntime' ? 'kubelet' : name)),
  ]),
];

const whoWritesWhat: Check = {
  id: '1.4',
  run: (part, seed) =>
    inWorld({ ...common, check: '1.4', nodes: 2 }, async (world) => {
      await openShop(world);
      await world.run(20);
      await world.client.of(Deployments).in('shop').delete('web');
      await world.run(60);
      const { changes } = world.history;
      const { whoWrites } = lookAround(part);
      const words = componentsOf(world);
      for (const [question, { what, is }] of Object.entries(writes)) {
        const said = shown(whoWrites[question]);
        const line = lineOfField(part, question);
        if (!words.includes(said)) world.fail('unanswered', { question, said, words: words.join(', ') }, { line });
        const writers = new Set(changes.filter(is).map(componentOf));
        if (writers.size === 0) throw new Error(`lab 1: in the cluster of check 1.4 nobody ${what}`);
        if (writers.has(said)) continue;
        const kinds = new Set(changes.filter((change) => componentOf(change) === said).map(({ kind }) => kind));
        const wrote = [...kinds].sort().join(', ') || 'nothing at all';
        world.fail('wrong-writer', { question, said, what, wrote }, { line });
      }
    })(part, seed),
};

const inWhichOrder: Check = {
  id: '1.5',
  run: (part, seed) => {
    const random = new SeededRandom(`1.5 ${seed}`);
    const ring = new AuditRing(5000);
    const options = {
      ...common,
      check: '1.5',
      nodes: 2,
      audit: (entry: Parameters<AuditRing['add']>[0]) => ring.add(entry),
    };
    return inWorld(options, async (world) => {
      const { order } = lookAround(part);
      const line = lineOfField(part, 'order');
      const missing = orderedSteps.filter((step) => !order.includes(step));
      const others = order.filter((step) => !(orderedSteps as readonly unknown[]).includes(step));
      if (missing.length + others.length > 0 || order.length !== orderedSteps.length) {
        const list = (steps: readonly unknown[]) => steps.map(shown).join(', ') || 'none';
        world.fail('not-all', { missing: list(missing), others: list(others), count: order.length }, { line });
      }
      const seconds = () => `${1 + random.int(4)}s`;
      const script = { 'image-pull': seconds(), 'ready-after': seconds(), 'stop-delay': seconds() };
      const annotations = Object.fromEntries(
        Object.entries(script).map(([name, value]) => [`mock.kubelab.dev/${name}`, value]),
      );
      await openShop(world, { readinessProbe: { httpGet: { port: 80 }, periodSeconds: 1 } }, annotations);
      await world.run(20);
      await world.client.of(Deployments).in('shop').delete('web');
      await world.run(60);
      const { name } = ring.notes().find(({ step }) => step === 'pod-created')!;
      const { steps, created = 0 } = storyOf(ring.notes(), { namespace: 'shop', name })!;
      const place = (step: unknown) => {
        const at = steps.findIndex((one) => one.step === step);
        if (at < 0) throw new Error(`lab 1: the story of check 1.5 has no step ${step}`);
        return at;
      };
      const when = (at: number) => `${((steps[at]!.at - created) / 1000).toFixed(3)} s`;
      for (const [at, second] of order.entries()) {
        const first = order[at - 1];
        if (at === 0 || place(first) < place(second)) continue;
        const values = { first: shown(first), second: shown(second), pod: name };
        const times = {
          firstAt: when(place(first)),
          secondAt: when(place(second)),
          who: steps[place(second)]!.component,
        };
        world.fail('order', { ...values, ...times }, { line, object: `Pod shop/${name}` });
      }
    })(part, seed);
  },
};

/** What is taken away, one a seed. A kubelet is no plugin of its own: its node is switched off. */
const missing: readonly (readonly [name: string, plugin: Plugin | undefined])[] = [
  ['scheduler', schedulerResourceFit as Plugin],
  ['controller-deployment', controllerDeployment],
  ['controller-replication', controllerReplication],
  ['kubelet', undefined],
  ['controller-endpoints', controllerEndpoints],
  ['controller-garbage-collector', controllerGarbageCollector],
];

const withoutIt: Check = {
  id: '1.6',
  seeds: missing.length,
  run: (part, seed) => {
    const [component, plugin] = missing[(seed - 1) % missing.length]!;
    const options = { ...common, check: '1.6', nodes: 1, ...(plugin && { without: [plugin] }) };
    return inWorld(options, async (world) => {
      const said = shown(lookAround(part).without[component]);
      const line = lineOfField(part, component);
      if (!outcomes.includes(said as Outcome)) {
        world.fail('no-outcome', { component, said, words: outcomes.join('; ') }, { line });
      }
      if (!plugin) {
        const off = world.cluster.stopNode('node-1');
        await world.run(1);
        await off;
      }
      await openShop(world);
      await world.run(20);
      const deleted = component === 'controller-garbage-collector';
      if (deleted) {
        await world.client.of(Deployments).in('shop').delete('web');
        await world.run(60);
      }
      const outcome = outcomeOf(world, deleted);
      if (outcome !== said) world.fail('wrong-outcome', { component, said, found: found(world) }, { line });
    })(part, seed);
  },
};

/** What there is, in numbers. */
function found(world: World): string {
  const of = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
  const pods = world
    .pods('shop')
    .map(({ spec, status }) => `${spec.nodeName ? `on ${spec.nodeName}` : 'on no node'}, ${status?.phase}`);
  const endpoints = world.list(EndpointSlices, 'shop').flatMap((slice) => slice.endpoints ?? []);
  const about = pods.length > 0 ? ` (${pods.join('; ')})` : '';
  return `${of(world.list(Deployments, 'shop').length, 'Deployment')}, ${of(world.list(ReplicaSets, 'shop').length, 'ReplicaSet')}, ${of(pods.length, 'Pod')}${about}, ${of(endpoints.length, 'endpoint')}`;
}

export const lab: Lab = {
  number: 1,
  name: 'look-around',
  hours: 2,
  file: 'look-around.ts',
  checks: [leadsThere, trustsNobodyElse, speaksForItsUser, whoWritesWhat, inWhichOrder, withoutIt],
};
export default lab;

describeLab(lab);
