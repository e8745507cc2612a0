// Scenario checks: contradictions between parts of a scenario whose every field is right by itself.
//   names   an event that speaks of a pool, node, workload, event or Deployment that there is not; two of one name
//   times   what happens after the end, an end before its beginning
//   counts  more nodes than there are, more pods than anybody can want
//   waits   events that wait for each other in a circle, or for one that never ends

import { mostNodes } from '../cluster/cluster-file.ts';
import { nearest } from '../cluster/nearest.ts';
import type { Locate, YamlPath } from '../cluster/yaml-lines.ts';
import { expectedArrivals } from './arrivals.ts';
import { mostPods, type Scenario, type ScenarioSpec, type Workload } from './scenario.ts';
import { Churn, CreatePods, type EventBase, StopNode } from './scenario-events.ts';
import { day } from './scenario-rules.ts';
import { span } from './time-text.ts';

/** Milliseconds: no scenario is longer than a year. */
const longest = 366 * day;

/** All of them, a line each. */
export function contradictions({ spec }: Scenario, at: Locate): string[] {
  const found: string[] = [];
  const say = (path: YamlPath, text: string) =>
    void found.push(`${at(['spec', ...path])}: spec.${path.join('.')}${text}`);
  if (typeof (spec.seed ?? 0) !== 'number' && typeof spec.seed !== 'string')
    say(['seed'], ' must be a number or a text');
  checkLength(spec, say);
  checkNames(spec, say);
  checkWorkloads(spec, say);
  checkEvents(spec, say);
  spec.faults?.forEach(({ from = '0s', until = spec.length }, index) => {
    if (span(from) >= span(until)) say(['faults', index], `: from ${from} is not before until ${until}`);
  });
  return found;
}

type Say = (path: YamlPath, text: string) => void;

function checkLength({ length, sampleEvery }: ScenarioSpec, say: Say): void {
  if (span(length) === 0) say(['length'], ': a scenario takes some time; found 0');
  if (span(length) > longest) say(['length'], `: a scenario takes a year at most; found ${length}`);
  if (sampleEvery !== undefined && span(sampleEvery) < 1000)
    say(['sampleEvery'], ` must be 1s at least; found ${sampleEvery}`);
}

function checkNames({ nodes, workloads = [], events = [], cluster }: ScenarioSpec, say: Say): void {
  const double = (list: readonly { readonly name?: string }[], key: string, what: string) => {
    const names = list.map(({ name }) => name);
    names.forEach((name, index) => {
      if (name !== undefined && names.indexOf(name) < index)
        say([key, index], `: two ${what} are called ${name}; give this one another name`);
    });
  };
  double(nodes, 'nodes', 'pools');
  double(workloads, 'workloads', 'workloads');
  double(events, 'events', 'events');
  const total = nodes.reduce((sum, { count = 1 }) => sum + count, 0);
  if (total > mostNodes) say(['nodes'], `: ${total} nodes are more than a cluster holds; ${mostNodes} at most`);
  const schedulers = cluster?.schedulers?.map(({ schedulerName }) => schedulerName) ?? [];
  schedulers.forEach((name, index) => {
    if (schedulers.indexOf(name) < index)
      say(['cluster', 'schedulers', index], `: schedulerName ${name} is taken by the one above`);
  });
}

function checkWorkloads(spec: ScenarioSpec, say: Say): void {
  const length = span(spec.length);
  let expected = 0;
  spec.workloads?.forEach((workload, index) => {
    const path = ['workloads', index];
    const { arrivals, kind = 'Pod' } = workload;
    for (const text of wrongMix(workload)) say(path, `: ${text}`);
    if (!arrivals) expected += (workload.count ?? 1) * (kind === 'Deployment' ? (workload.replicas ?? 1) : 1);
    if (!arrivals) return;
    const ways = (['at', 'rate', 'trace'] as const).filter((way) => arrivals[way] !== undefined);
    if (ways.length !== 1)
      say([...path, 'arrivals'], `: wanted one of at, rate and trace; found ${ways.join(' and ') || 'none'}`);
    const late = arrivals.at?.find((time) => span(time) >= length);
    if (late !== undefined)
      say([...path, 'arrivals', 'at'], `: ${late} is not before the end of the scenario (${spec.length})`);
    const { from = '0s', until = spec.length } = arrivals;
    if (span(from) >= span(until)) say([...path, 'arrivals'], `: from ${from} is not before until ${until}`);
    expected += expectedArrivals(arrivals, length);
  });
  if (expected > mostPods)
    say(
      ['workloads'],
      `: about ${Math.round(expected)} pods are more than a cluster can have lived through; ${mostPods} at most`,
    );
}

/** What a pod has, and a Deployment has not. */
function wrongMix({
  kind = 'Pod',
  duration,
  failing,
  replicas,
  ttlAfterFinished,
  count,
  arrivals,
}: Workload): string[] {
  const found: string[] = [];
  if (kind === 'Pod' && replicas !== undefined) found.push('replicas are for kind Deployment; say count');
  if (kind === 'Deployment' && (duration ?? failing ?? ttlAfterFinished) !== undefined)
    found.push(
      'duration, failing and ttlAfterFinished are for kind Pod: the pods of a Deployment run until they are deleted',
    );
  if (kind === 'Deployment' && arrivals?.trace !== undefined) found.push('a trace has pods; kind must be Pod');
  if (count !== undefined && arrivals) found.push('count and arrivals both say how many; keep one of them');
  if (failing !== undefined && duration === undefined && arrivals?.trace === undefined)
    found.push('failing wants a duration: a pod that never ends cannot fail');
  return found;
}

function checkEvents(spec: ScenarioSpec, say: Say): void {
  const { events = [], workloads = [], nodes } = spec;
  const length = span(spec.length);
  const pools = nodes.map(({ name }) => name);
  const names = events.map(({ name }) => name).filter((name) => name !== undefined);
  const known = (path: YamlPath, what: string, name: string | undefined, list: readonly string[]) => {
    if (name !== undefined && !list.includes(name))
      say(path, `: there is no ${what} ${name}${nearest(name, list)}; there are: ${list.join(', ') || 'none'}`);
  };
  events.forEach((event, index) => {
    const path = ['events', index];
    const when = (['at', 'after', 'every'] as const).filter((way) => event[way] !== undefined);
    const isLone = when.length === 1 || (when.length === 2 && when.includes('every') && when.includes('at'));
    if (!isLone)
      say(
        path,
        `: wanted when it happens, one of at, after and every (every may have at, for the first time); found ${when.join(' and ') || 'none'}`,
      );
    if (event.wait !== undefined && event.after === undefined) say(path, ': wait goes with after');
    if (event.every === undefined && (event.times ?? event.until) !== undefined)
      say(path, ': times and until go with every');
    if (event.at !== undefined && span(event.at) >= length)
      say([...path, 'at'], `: ${event.at} is not before the end of the scenario (${spec.length})`);
    known([...path, 'after'], 'event called', event.after, names);
    if (event instanceof CreatePods || event instanceof Churn)
      known(
        [...path, 'workload'],
        'workload',
        event.workload,
        workloads.map(({ name }) => name),
      );
    checkNodes(event, path, nodes, pools, known, say);
  });
  for (const { index, circle } of circles(events)) {
    say(['events', index, 'after'], `: ${circle.join(' waits for ')}: they would wait for ever`);
  }
  events.forEach(({ after }, index) => {
    const endless = events.find(
      ({ name, every, times }) => after !== undefined && name === after && every !== undefined && times === undefined,
    );
    if (endless) say(['events', index, 'after'], `: ${after} happens again and again and is never over; give it times`);
  });
}

function checkNodes(
  event: EventBase,
  path: YamlPath,
  nodes: ScenarioSpec['nodes'],
  pools: readonly string[],
  known: (path: YamlPath, what: string, name: string | undefined, list: readonly string[]) => void,
  say: Say,
): void {
  const { node, pool, count } = event as Partial<StopNode>;
  if (event instanceof CreatePods) return;
  const all = nodes.flatMap(({ name, count: many = 1 }) =>
    Array.from({ length: many }, (_, at) => `${name}-${at + 1}`),
  );
  if (node !== undefined && !all.includes(node)) {
    say(
      [...path, 'node'],
      `: there is no node ${node}${nearest(node, all)}; nodes are named after their pool: ${all[0]}, ...`,
    );
  }
  if (node !== undefined && (pool ?? count) !== undefined)
    say(path, ': node names one; pool and count are for nodes that are drawn');
  known([...path, 'pool'], 'pool', pool, pools);
  if (!('pool' in event || event instanceof StopNode) || count === undefined) return;
  const there = pool === undefined ? all.length : (nodes.find(({ name }) => name === pool)?.count ?? 1);
  if (count > there)
    say(
      [...path, 'count'],
      `: ${count} nodes are wanted, and ${pool === undefined ? 'the cluster' : `pool ${pool}`} has ${there}`,
    );
}

/** Waits that go round, each circle told once, at the first event of it. */
function circles(events: readonly EventBase[]): { readonly index: number; readonly circle: string[] }[] {
  const next = new Map(events.map(({ name, after }) => [name, after]));
  const told = new Set<string>();
  return events.flatMap(({ name }, index) => {
    const way: string[] = [];
    for (let at: string | undefined = name; at !== undefined; at = next.get(at)) {
      if (told.has(at)) return [];
      if (way.includes(at)) {
        const circle = [...way.slice(way.indexOf(at)), at];
        for (const each of circle) told.add(each);
        return at === name ? [{ index, circle }] : [];
      }
      way.push(at);
    }
    return [];
  });
}
