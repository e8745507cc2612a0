// Scenario events: what happens at a time, or after something else: one class an opcode, its fields with their rules.
//   - { name: outage, at: 10h, opcode: stopNode, pool: small, count: 2, for: 30m }
//   - { after: outage, wait: 5m, opcode: scale, deployment: web, replicas: 12 }
//   - { every: { exponential: 4h }, opcode: stopNode, for: { uniform: [5m, 40m] } }
// What an event does is in perform.ts. An event is over when its work is: who says `after` waits for that.

import 'reflect-metadata';
import { IsDefined, IsIn, IsInt, IsObject, IsOptional, IsString, Max, Min } from 'class-validator';
import { type Distribution, IsDistribution, IsSelector, IsSpan } from './scenario-rules.ts';

const most = 200_000;

/** When: `at` a time, `after` another event is over, or `every` so often. */
export class EventBase {
  @IsString() opcode!: string;
  @IsOptional() @IsString() name?: string;
  @IsOptional() @IsSpan() at?: string;
  @IsOptional() @IsString() after?: string;
  /** Longer than `after` says. */
  @IsOptional() @IsSpan() wait?: string;
  @IsOptional() @IsDistribution() every?: Distribution;
  /** Of `every`: no more than so often. */
  @IsOptional() @IsInt() @Min(1) @Max(most) times?: number;
  /** Of `every`: not after this time. */
  @IsOptional() @IsSpan() until?: string;
}

/** One node by name, or so many (one unless told) of a pool or of all, drawn from the seed. */
class OfNodes extends EventBase {
  @IsOptional() @IsString() node?: string;
  @IsOptional() @IsString() pool?: string;
  @IsOptional() @IsInt() @Min(1) count?: number;
}

/** Takes the power from nodes: nobody is told. With `for` it comes back after so long, and the event is over then. */
export class StopNode extends OfNodes {
  @IsOptional() @IsDistribution() for?: Distribution;
}
/** Gives them their power back. Without a name: all that have none. */
export class StartNode extends OfNodes {}
export class Cordon extends OfNodes {}
export class Uncordon extends OfNodes {}
/** As `kubectl drain` does, pod by pod through eviction. With `for` the node takes pods again after so long. */
export class Drain extends OfNodes {
  @IsOptional() @IsDistribution() for?: Distribution;
}

class OfDeployment extends EventBase {
  @IsString() deployment!: string;
  @IsOptional() @IsString() namespace?: string;
}
/** As `kubectl scale`. Over when so many are ready. */
export class Scale extends OfDeployment {
  @IsInt() @Min(0) @Max(most) replicas!: number;
}
/** As `kubectl set image`: a rolling update. Over when it is through. */
export class SetImage extends OfDeployment {
  @IsString() image!: string;
}

/** Pods of a workload, at once. */
export class CreatePods extends EventBase {
  @IsString() workload!: string;
  @IsInt() @Min(1) @Max(most) count!: number;
}
/** Pods by label, all or so many, at once or so many a second. */
export class DeletePods extends EventBase {
  @IsOptional() @IsString() namespace?: string;
  @IsOptional() @IsSelector() labelSelector?: string;
  @IsOptional() @IsInt() @Min(1) @Max(most) count?: number;
  @IsOptional() @IsInt() @Min(1) @Max(10_000) deletePodsPerSecond?: number;
}
/** Pods of a workload that come all the time (create), or come and go, `number` at a time (recreate). */
export class Churn extends EventBase {
  @IsString() workload!: string;
  @IsIn(['create', 'recreate']) mode!: 'create' | 'recreate';
  /** Of create: in all; endless unless told. Of recreate: at the same time. */
  @IsOptional() @IsInt() @Min(1) @Max(most) number?: number;
  @IsInt() @Min(1) intervalMilliseconds!: number;
  /** To the end unless told. */
  @IsOptional() @IsSpan() for?: string;
}
/** Any object, as `kubectl create -f` takes it. */
export class CreateAny extends EventBase {
  @IsDefined() @IsObject() object!: Record<string, unknown>;
}
/** Over when no pod waits for a node. */
export class Barrier extends EventBase {
  @IsOptional() @IsSelector() labelSelector?: string;
}
/** Over after so long. */
export class Sleep extends EventBase {
  @IsSpan() duration!: string;
}

/** By opcode. */
export const eventClasses = {
  createPods: CreatePods,
  deletePods: DeletePods,
  createAny: CreateAny,
  churn: Churn,
  barrier: Barrier,
  sleep: Sleep,
  scale: Scale,
  setImage: SetImage,
  stopNode: StopNode,
  startNode: StartNode,
  cordon: Cordon,
  uncordon: Uncordon,
  drain: Drain,
} as const satisfies Readonly<Record<string, new () => EventBase>>;

export type Opcode = keyof typeof eventClasses;
