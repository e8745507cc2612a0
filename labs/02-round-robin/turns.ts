// Turns: every call of the student's place(), beside what the rule of the lab says about it. The rule is followed from what
// the scheduler itself answered last and from the very view that it was shown, so it is right whatever else goes on.

import { type Plugin, plugin } from '../../core/cluster/plugin.ts';
import { type ClusterView, type Placement, type ReasonCounts, Scheduler } from '../../core/contracts/scheduler.ts';
import type { Pod } from '../../core/model/pod.ts';
import { refusals } from '../../core/scheduling/refusals.ts';
import { type Line, pluginOf, type StudentPart } from '../kit/lab.ts';
import { lineOfMethod } from '../kit/part-calls.ts';

export interface Turn {
  readonly pod: string;
  /** Names of the nodes, in the order of the list that was shown. */
  readonly nodes: readonly string[];
  /** The node that this scheduler had named last; '' for none yet. */
  readonly last: string;
  /** What keeps the pod off each node; nodes that can take it have no entry. */
  readonly refused: ReadonlyMap<string, string>;
  /** Whose turn it was; undefined when no node could take the pod. */
  readonly wanted: string | undefined;
  /** The node that was named; undefined when the pod was refused. */
  readonly answer?: string | undefined;
  /** The reasons that the scheduler counted, when it refused the pod. */
  readonly counts?: ReasonCounts;
  /** What place() threw. */
  readonly threw?: string;
  /** What of the view was another afterwards. */
  readonly changed?: string;
}

export class Turns {
  /** All calls, in order. */
  readonly all: Turn[] = [];
  /** How many schedulers were made: one, and one more each restart. */
  lives = 0;
  /** What the scheduler says that a refused pod waits for. */
  retryOn: readonly string[] = [];
  #file = '';

  /** Where the student's file says what a refused pod waits for; undefined where it says so in a way of its own. */
  get lineOfRetryOn(): Line | undefined {
    return lineOfMethod(this.#file, 'retryOn');
  }

  /** The part, with somebody listening at its place(). */
  listen(part: StudentPart): StudentPart {
    const { definition } = pluginOf(part);
    this.#file = part.file;
    const heard: Plugin = plugin({
      ...definition,
      bind: (container, options) => {
        container.onActivation(Scheduler, (_, scheduler) => this.#heard(scheduler));
        definition.bind(container, options);
      },
    });
    return { ...part, exported: heard };
  }

  /** The last call about the pod. */
  of(pod: string): Turn | undefined {
    return this.all.findLast((turn) => turn.pod === pod);
  }

  /** Calls that named a node. */
  get placements(): readonly Turn[] {
    return this.all.filter(({ answer }) => answer !== undefined);
  }

  #heard(scheduler: Scheduler): Scheduler {
    let last = '';
    this.lives += 1;
    this.retryOn = scheduler.retryOn;
    const place = (pod: Pod, cluster: ClusterView): Placement => {
      const before = picture(cluster);
      const refused = refusalsOf(pod, cluster);
      const names = [...before.keys()].filter((name) => !refused.has(name)).sort();
      const turn = {
        pod: pod.metadata.name,
        nodes: [...before.keys()],
        last,
        refused,
        wanted: names.find((name) => name > last) ?? names[0],
      };
      try {
        const placement = scheduler.place(pod, cluster);
        const answer = placement && 'node' in placement ? placement.node : undefined;
        const changed = difference(before, picture(cluster));
        const counts = placement && 'unschedulable' in placement ? placement.unschedulable : undefined;
        this.all.push({
          ...turn,
          answer,
          ...(counts && { counts }),
          ...(changed !== undefined && { changed }),
        });
        last = answer ?? last;
        return placement;
      } catch (error) {
        this.all.push({ ...turn, threw: error instanceof Error ? error.message : String(error) });
        throw error;
      }
    };
    return { name: scheduler.name, retryOn: scheduler.retryOn, place };
  }
}

function refusalsOf(pod: Pod, { nodes }: ClusterView): ReadonlyMap<string, string> {
  return new Map(
    nodes.flatMap((node) => {
      const reasons = refusals(pod, node);
      return reasons.length === 0 ? [] : [[node.name, reasons.join(', ')]];
    }),
  );
}

/** Each node, field by field, as text. */
function picture({ nodes }: ClusterView): ReadonlyMap<string, ReadonlyMap<string, string>> {
  return new Map(
    nodes.map((node) => {
      const { index, labels, taints, unschedulable, allocatable, usedPorts } = node;
      const known: object = { index, labels, taints, unschedulable, allocatable, usedPorts: [...usedPorts] };
      const fields = new Map(Object.entries(known).map(([name, value]) => [name, JSON.stringify(value)]));
      fields.set('pods', node.pods.map(({ metadata }) => metadata.uid).join());
      // Whatever somebody added has a name, and need not be text.
      for (const name of Object.keys(node)) if (!fields.has(name)) fields.set(name, String(Reflect.get(node, name)));
      return [node.name, fields];
    }),
  );
}

/** The first field that is not what it was: `wasLast of elm`. */
function difference(before: ReturnType<typeof picture>, after: ReturnType<typeof picture>): string | undefined {
  for (const [name, fields] of after) {
    for (const [field, value] of fields) if (before.get(name)?.get(field) !== value) return `${field} of ${name}`;
  }
  return undefined;
}
