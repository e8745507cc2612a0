// A disk with faults: the thread that writes, behind something that makes it slow, full, or dead in the middle of a write.
// A slow one is slow before it writes and after: what is written is there for all to read while its writer still waits.
// Always true, unless it lies: what it answers is on disk; what it refuses is not; what it was asked for when it died may be either, and
//   is not answered until somebody clears up.

import type { Random } from '../../core/contracts/random.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { type Disk, diskThread, type Transaction } from './disk-thread.ts';

const clock = new RealClock();

export class FaultyDisk implements Disk {
  isFull = false;
  isSlow = false;
  /** How many writes were delayed. */
  delayed = 0;
  /** How many writes were refused. */
  refused = 0;
  /** It answers at once and writes later, as a disk does whose cache is not flushed. */
  isLying = false;
  readonly #random: Random;
  #isDead = false;
  #last: Promise<unknown> = Promise.resolve();
  #clearUp: () => void = () => {};
  /** Resolves when those who were never answered may go. */
  readonly #clearedUp = new Promise<void>((resolve) => {
    this.#clearUp = resolve;
  });

  constructor(random: Random) {
    this.#random = random;
  }

  write(path: string, transaction: Transaction): Promise<void> {
    const written = this.#last.then(() => this.#write(path, transaction));
    this.#last = written.catch(() => {});
    if (this.isLying) return this.#answer();
    return written.then(
      () => this.#answer(),
      (error) => this.#answer(error),
    );
  }

  /** What a liar has still to write is written first: later, it would make the file anew. */
  async close(path: string): Promise<void> {
    await this.#last;
    await diskThread.close(path);
  }

  /** Resolves when the last write is on disk, or never will be. */
  async die(): Promise<void> {
    this.#isDead = true;
    await this.#last;
  }

  clearUp(): void {
    this.#clearUp();
  }

  async #write(path: string, transaction: Transaction): Promise<void> {
    if (this.isLying) await clock.sleep(10);
    await this.#delay();
    if (this.isFull) {
      this.refused += 1;
      throw new Error('No space left on device');
    }
    if (!this.#isDead) await diskThread.write(path, transaction);
    await this.#delay();
  }

  async #delay(): Promise<void> {
    if (!this.isSlow) return;
    this.delayed += 1;
    await clock.sleep(this.#random.int(5));
  }

  async #answer(error?: Error): Promise<void> {
    if (this.#isDead) {
      await this.#clearedUp;
      throw new Error('the process was killed');
    }
    if (error) throw error;
  }
}
