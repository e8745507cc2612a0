// Explanation: why a scheduler puts a pod where it does: what each node was found to be, filter by filter and score by
// score. Made when somebody asks (`kubelab why`), from the cluster as it was at the decision; nobody pays for it before.
// It is plain JSON: it may come from another process.

/** What a filter says of a node: it can take the pod; or why it cannot, in Kubernetes' words. */
export type Verdict = 'passes' | readonly string[];

export interface ScoreOfNode {
  /** As the plugin gave it. */
  readonly raw: number;
  /** 0 to 100, over the nodes that passed. */
  readonly normalised?: number;
  /** Times the plugin's weight: its part of the total. */
  readonly weighted?: number;
}

export interface NodeExplanation {
  readonly node: string;
  /** By filter, in the order in which they are asked. All are told, though the first refusal decides. */
  readonly verdicts: Readonly<Record<string, Verdict>>;
  /** Which filter keeps the pod off this node; undefined: the node can take it. */
  readonly refusedBy?: string;
  /** By score; only of nodes that can take the pod. */
  readonly scores?: Readonly<Record<string, ScoreOfNode>>;
  readonly total?: number;
  /** Enough nodes had passed before it was this one's turn. */
  readonly notLookedAt?: true;
}

/** One plugin's part in the attempt. */
export interface PluginPart {
  readonly name: string;
  readonly point: 'Filter' | 'Score';
  /** What its normalised score is multiplied by. */
  readonly weight?: number;
  /** It had nothing to say of this pod. */
  readonly skipped?: true;
  /** Milliseconds that it took when it was asked for this explanation, over all nodes. */
  readonly time: number;
}

export interface Explanation {
  /** Where the pod goes; undefined: no node can take it. */
  readonly winner?: string;
  /** Why that one, in a sentence without its end: `the greatest total; of equal ones the first in the order of the nodes`. */
  readonly rule: string;
  /** Which total is the best; left out where totals do not decide. */
  readonly best?: 'greatest' | 'least';
  readonly plugins: readonly PluginPart[];
  /** In the view's order. */
  readonly nodes: readonly NodeExplanation[];
}
