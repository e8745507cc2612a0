// Replay text: a record played again, in words: its moments one after the other, to and fro, and the cluster as it stands.
// Moments that only show that somebody lives (leases, heartbeats) are passed over, unless all are asked for.

import { isTrue } from '../../../core/model/conditions.ts';
import type { Node } from '../../../core/model/node.ts';
import type { Pod } from '../../../core/model/pod.ts';
import { podResources, toResources } from '../../../core/scheduling/pod-resources.ts';
import type { Change } from '../../../core/simulation/history.ts';
import { type Moment, momentText, type Playback } from '../../../core/simulation/playback.ts';
import { clockText } from '../../../core/simulation/time-text.ts';
import { wordsOf } from '../../../core/simulation/words.ts';
import { columns } from '../text.ts';
import { colors } from './colors.ts';

export interface ReplayLook {
  readonly plain: boolean;
  /** What only shows that somebody lives, too. */
  readonly all: boolean;
}

/** Nodes that a state shows one by one. */
const mostNodes = 30;

export class ReplayText {
  readonly #playback: Playback;
  readonly #look: ReplayLook;

  constructor(playback: Playback, look: ReplayLook) {
    this.#playback = playback;
    this.#look = look;
  }

  /** The next moment of which there is something to say; undefined at the end. */
  next(): { readonly at: number; readonly text: string } | undefined {
    for (let moment = this.#playback.next(); moment; moment = this.#playback.next()) {
      const text = this.#linesOf(moment, '');
      if (text !== '') return { at: moment.at, text };
    }
    return undefined;
  }

  /** One such moment back: what is undone by it; undefined at the beginning. */
  back(): string | undefined {
    for (let moment = this.#playback.back(); moment; moment = this.#playback.back()) {
      const text = this.#linesOf(moment, 'undone: ');
      if (text !== '') return text;
    }
    return undefined;
  }

  #linesOf({ at, changes, notes }: Moment, before: string): string {
    const { bold, dim } = colors(this.#look.plain);
    const words = changes.flatMap((change) => this.#wordsOf(change) ?? []);
    const lines = [...notes.map((note) => bold(before + note)), ...words.map((text) => before + text)];
    // What is taken back goes in the order in which one goes back.
    const shown = before === '' ? lines : lines.reverse();
    return shown.map((line) => `${dim(clockText(at).padEnd(12))}  ${line}\n`).join('');
  }

  #wordsOf(change: Change): string | undefined {
    const words = wordsOf(change);
    if (words !== undefined || !this.#look.all) return words;
    return `${change.key.replace('/registry/', '')}: ${change.value ? (change.previous ? 'changed' : 'created') : 'deleted'}`;
  }

  /** The cluster as it stands: its nodes, its pods by phase, those that wait. */
  state(): string {
    const { bold } = colors(this.#look.plain);
    const objects = [...this.#playback.objects];
    const of = <T>(prefix: string) =>
      objects.filter(([key]) => key.startsWith(prefix)).map(([, { value }]) => value as T);
    const pods = of<Pod>('/registry/pods/');
    const nodes = of<Node>('/registry/minions/');
    const phases = new Map<string, number>();
    for (const { status } of pods)
      phases.set(status?.phase ?? 'Pending', (phases.get(status?.phase ?? 'Pending') ?? 0) + 1);
    const counts = [...phases]
      .map(([phase, count]) => `${count} ${phase}`)
      .sort()
      .join(', ');
    const waiting = pods.filter(({ spec }) => spec.nodeName === undefined).map(({ metadata }) => metadata.name);
    const many = nodes.length > mostNodes ? `... and ${nodes.length - mostNodes} more nodes\n` : '';
    return [
      `${bold(momentText(this.#playback))}\n`,
      columns(
        ['NODE', 'STATUS', 'PODS', 'CPU', 'MEMORY'],
        nodes.slice(0, mostNodes).map((node) => nodeRow(node, pods)),
      ),
      many,
      `Pods: ${counts || 'none'}${waiting.length > 0 ? `; waiting for a node: ${waiting.slice(0, 8).join(', ')}${waiting.length > 8 ? ', ...' : ''}` : ''}\n`,
    ].join('');
  }
}

function nodeRow({ metadata, spec, status }: Node, pods: readonly Pod[]): string[] {
  const own = pods.filter(
    (pod) => pod.spec.nodeName === metadata.name && !/Succeeded|Failed/.test(pod.status?.phase ?? ''),
  );
  const offers = toResources(status?.allocatable, { pods: 110 });
  const asked = own.map(podResources);
  const share = (of: 'cpu' | 'memory') => {
    const sum = asked.reduce((all, resources) => all + resources[of], 0);
    return offers[of] === 0 ? '-' : `${Math.round((100 * sum) / offers[of])}%`;
  };
  const ready = isTrue(status?.conditions, 'Ready') ? 'Ready' : 'NotReady';
  const closed = spec.unschedulable === true ? ',SchedulingDisabled' : '';
  return [metadata.name, ready + closed, String(own.length), share('cpu'), share('memory')];
}
