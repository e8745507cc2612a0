// Best first: which of many numbers is the greatest, kept while single numbers change. A tournament: each winner of two
// goes one round up, and a number that changes replays its own rounds only (log2 n of them).
// Always true: among equal numbers the one with the lower index wins; -Infinity never does.

export class BestFirst {
  /** Winners (indices) by round: node 1 is the winner of all; leaf i stands at `#size + i`. */
  #winners: Int32Array;
  #scores: Float64Array;
  #size = 1;

  constructor(scores: Float64Array, count: number) {
    while (this.#size < count) this.#size *= 2;
    this.#scores = new Float64Array(this.#size).fill(Number.NEGATIVE_INFINITY);
    this.#scores.set(scores.subarray(0, count));
    this.#winners = new Int32Array(2 * this.#size);
    for (let index = 0; index < this.#size; index += 1) this.#winners[this.#size + index] = index;
    for (let at = this.#size - 1; at > 0; at -= 1) this.#play(at);
  }

  /** Index of the greatest; undefined when there is none. */
  get best(): number | undefined {
    const best = this.#winners[1]!;
    return this.#scores[best] === Number.NEGATIVE_INFINITY ? undefined : best;
  }

  set(index: number, score: number): void {
    if (this.#scores[index] === score) return;
    this.#scores[index] = score;
    for (let at = (this.#size + index) >> 1; at > 0; at >>= 1) this.#play(at);
  }

  #play(at: number): void {
    const left = this.#winners[2 * at]!;
    const right = this.#winners[2 * at + 1]!;
    this.#winners[at] = this.#scores[right]! > this.#scores[left]! ? right : left;
  }
}
