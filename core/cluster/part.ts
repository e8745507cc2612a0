// Part: what a component's runner looks like from outside, whatever it runs (scheduler loop, controllers, kubelet, proxy).

import type { WhyAnswer, WhyQuestion } from '../scheduling/explain-attempt.ts';

export interface Part {
  /**
   * Gets ready everything that can fail without taking over yet (loads code, starts a process). Called once, before
   * `start`, while a predecessor may still run. Throws when it cannot, and has then left nothing behind.
   */
  prepare?(): Promise<void>;
  /** Comes back when it works; throws when it cannot, and has then left nothing behind. */
  start(): Promise<void>;
  /** How far a start is that may take long, as a number that grows: it is waited for as long as it does. */
  readonly progress?: number;
  /**
   * Takes its place back after a successor has failed, instead of `start`: what it needs may have gone bad meanwhile. It
   * then says so and goes on trying by itself. Absent where `start` cannot fail for such a reason.
   */
  resume?(): Promise<void>;
  /** Of a part that has started, but lets another process do its work: who does it. Undefined while it works itself. */
  readonly standsBy?: string | undefined;
  /** Of a scheduler: why a pod is where it is, or nowhere. @throws Error when it cannot answer now */
  why?(question: WhyQuestion): Promise<WhyAnswer>;
  /** Ends everything it began: watches, timers, sockets, processes. Doing it twice is doing it once. */
  stop(options?: {
    /** A successor takes over: keep what would interrupt service. */ readonly handOver?: boolean;
  }): Promise<void>;
}
