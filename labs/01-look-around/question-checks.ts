// Checks 1.4 to 1.6: what the student says about components, held against what the audit of a cluster says.

import type { Plugin } from '../../core/cluster/plugin.ts';
import { Deployments } from '../../core/model/deployment.ts';
import { EndpointSlices } from '../../core/model/endpoint-slice.ts';
import { ReplicaSets } from '../../core/model/replica-set.ts';
import { AuditRing } from '../../core/story/audit-ring.ts';
import { storyOf } from '../../core/story/story.ts';
import { SeededRandom } from '../../core/time/random.ts';
import { controllerDeployment } from '../../plugins/controller-deployment/plugin.ts';
import { controllerEndpoints } from '../../plugins/controller-endpoints/plugin.ts';
import { controllerGarbageCollector } from '../../plugins/controller-garbage-collector/plugin.ts';
import { controllerReplication } from '../../plugins/controller-replication/plugin.ts';
import { schedulerResourceFit } from '../../plugins/scheduler-resource-fit/plugin.ts';
import type { Check } from '../kit/lab.ts';
import { inWorld, type World } from '../kit/world.ts';
import { common, lineOfField, lookAround, shown } from './answers.ts';
import { componentOf, type Outcome, openShop, orderedSteps, outcomeOf, outcomes, writes } from './cluster-life.ts';

/** What the components of the cluster are called, kubelets by one name. */
const componentsOf = ({ cluster }: World): string[] => [
  ...new Set([
    'api',
    'proxy',
    ...cluster.components.map(({ name, plan }) => (plan.role === 'ContainerRuntime' ? 'kubelet' : name)),
  ]),
];

export const whoWritesWhat: Check = {
  id: '1.4',
  seeds: 1,
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

export const inWhichOrder: Check = {
  id: '1.5',
  seeds: 3,
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

export const withoutIt: Check = {
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
