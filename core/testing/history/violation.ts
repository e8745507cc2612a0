// Violation: a promise of a store that a record contradicts, with the calls and events that do.

export type Promised =
  /** There is one order of the calls on a key that explains all answers, and each call is in it while it lasted. */
  | 'linearizable'
  /** One number for the whole store, which only grows: what is asked for later has the greater one. */
  | 'revisions'
  /** What is seen was written, by a call that was not refused. */
  | 'real'
  /** A read at a revision, a list and a count show the store as it was at one revision. */
  | 'snapshot'
  /** What is compacted is refused; what is not is given. */
  | 'compaction'
  /** The promises of a watch: docs/contracts/store.md. */
  | 'ordered'
  | 'unique'
  | 'reliable'
  | 'atomic'
  | 'resumable'
  | 'bookmarkable'
  /** An event tells what was there before. */
  | 'previous';

export interface Violation {
  readonly promise: Promised;
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** Calls, streams and events that contradict each other, in words. */
  readonly evidence: readonly string[];
}
