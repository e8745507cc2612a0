// Expectations: what a controller has just done and its caches do not show yet.
//
// Caches are stale. A controller that creates three pods and looks again a millisecond later still sees none, and
// would create three more. So it writes down what it is about to do, and does nothing more for that key until it has
// seen it happen:
//
//   expectations.expectCreations(key, 3);           before the calls
//   expectations.creationObserved(key);             for each pod that the informer shows, or whose creation failed
//   if (expectations.satisfied(key)) ...            only then create or delete
//
// Always true: an expectation that is not met within five minutes is given up: a change may have been missed, and
// acting on what the cache says is then better than waiting for ever.
// In Kubernetes: pkg/controller/controller_utils.go (UIDTrackingControllerExpectations).

import type { Clock } from '../contracts/clock.ts';

/** Milliseconds after which waiting ends. */
const patience = 300_000;

interface Expected {
  creations: number;
  /** Of the objects about to go. */
  readonly deletions: Set<string>;
  readonly since: number;
}

export class Expectations {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #expected = new Map<string, Expected>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  expectCreations(key: string, count: number): void {
    this.#expected.set(key, { creations: count, deletions: new Set(), since: this.#clock.now() });
  }

  /** @param uids of the objects about to be deleted; by identity, since one deletion is often seen more than once */
  expectDeletions(key: string, uids: Iterable<string>): void {
    this.#expected.set(key, { creations: 0, deletions: new Set(uids), since: this.#clock.now() });
  }

  /** Both at once. */
  expect(key: string, creations: number, deletions: Iterable<string>): void {
    this.#expected.set(key, { creations, deletions: new Set(deletions), since: this.#clock.now() });
  }

  /** One of those expected is there, or will never come. */
  creationObserved(key: string): void {
    const expected = this.#expected.get(key);
    if (expected && expected.creations > 0) expected.creations -= 1;
  }

  /** It is gone, on its way out, or could not be deleted. */
  deletionObserved(key: string, uid: string): void {
    this.#expected.get(key)?.deletions.delete(uid);
  }

  /** Whether the caches show all that was done for the key (or it has been waited for long enough). */
  satisfied(key: string): boolean {
    const expected = this.#expected.get(key);
    if (!expected) return true;
    const met = expected.creations <= 0 && expected.deletions.size === 0;
    return met || this.#clock.now() - expected.since > patience;
  }

  /** Milliseconds until `satisfied` gives up waiting; undefined when there is nothing to wait for. */
  patienceLeft(key: string): number | undefined {
    const expected = this.#expected.get(key);
    if (!expected || this.satisfied(key)) return undefined;
    return expected.since + patience - this.#clock.now() + 1;
  }

  /** The key's object is gone. */
  forget(key: string): void {
    this.#expected.delete(key);
  }
}
