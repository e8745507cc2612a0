// Part: what a component's runner looks like from outside, whatever it runs (scheduler loop, controllers, kubelet, proxy).

export interface Part {
  /** Comes back when it works; throws when it cannot, and has then left nothing behind. */
  start(): Promise<void>;
  /** Ends everything it began: watches, timers, sockets, processes. Doing it twice is doing it once. */
  stop(options?: {
    /** A successor takes over: keep what would interrupt service. */ readonly handOver?: boolean;
  }): Promise<void>;
}
