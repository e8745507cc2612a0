// Probe worker: asks one container one kind of question, again and again, and keeps the verdict.
//   startup    until it succeeds the others are not asked; failing too often condemns the container
//   liveness   failing too often condemns the container
//   readiness  decides whether the pod gets traffic
// Always true: one question at a time; one timer while it lives, none after `stop`; a late answer counts for nothing.
// In Kubernetes: prober/worker.go.

import type { Cancel, Clock } from '../contracts/clock.ts';
import type { Probe } from '../model/probe.ts';
import type { Answer, Asked, Prober } from './prober.ts';

export type ProbeKind = 'startup' | 'liveness' | 'readiness';

export interface ProbeWorkerOptions {
  readonly kind: ProbeKind;
  readonly probe: Probe;
  readonly asked: Asked;
  readonly prober: Prober;
  readonly clock: Clock;
  /** The verdict to begin with. */
  readonly verdict: boolean;
  /** Called for each answer that is no. */
  onFailure(message: string): void;
  /** Called when the verdict has changed, or a container is condemned. */
  onVerdict(verdict: boolean): void;
}

/**
 * A program needs a moment between its start and its first answer. In real Kubernetes the first question comes at a
 * moment within the first period that depends on when the pod came to the node.
 */
const firstAfter = 1_000;

export class ProbeWorker {
  readonly #options: ProbeWorkerOptions;
  readonly #period: number;
  #verdict: boolean;
  #successes = 0;
  #failures = 0;
  #timer: Cancel | undefined;
  #stopped = false;

  constructor(options: ProbeWorkerOptions) {
    this.#options = options;
    this.#verdict = options.verdict;
    this.#period = (options.probe.periodSeconds ?? 10) * 1000;
    this.#after(Math.max((options.probe.initialDelaySeconds ?? 0) * 1000, Math.min(this.#period, firstAfter)));
  }

  get verdict(): boolean {
    return this.#verdict;
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.();
  }

  #after(ms: number): void {
    this.#timer = this.#options.clock.schedule(ms, () => void this.#ask());
  }

  async #ask(): Promise<void> {
    const { probe, prober, asked, clock } = this.#options;
    const timeout = (probe.timeoutSeconds ?? 1) * 1000;
    // The period is counted from question to question, whatever the answer takes.
    const asking = clock.now();
    let cancel: Cancel = () => {};
    const late = new Promise<Answer>((resolve) => {
      cancel = clock.schedule(timeout, () => resolve({ ok: false, message: tooLate(probe, timeout) }));
    });
    const answer = await Promise.race([prober.ask(probe, asked, timeout), late]);
    cancel();
    if (this.#stopped) return;
    this.#hear(answer);
    if (!this.#stopped) this.#after(Math.max(0, asking + this.#period - clock.now()));
  }

  #hear({ ok, message }: Answer): void {
    const { probe, kind } = this.#options;
    this.#successes = ok ? this.#successes + 1 : 0;
    this.#failures = ok ? 0 : this.#failures + 1;
    if (!ok) this.#options.onFailure(message);
    // Only readiness may ask for more than one success in a row.
    if (ok && this.#successes < (probe.successThreshold ?? 1)) return;
    if (!ok && this.#failures < (probe.failureThreshold ?? 3)) return;
    if (ok === this.#verdict && (ok || kind === 'readiness')) return;
    this.#verdict = ok;
    // Startup is asked until it succeeds once; a condemned container is asked no more.
    if ((kind === 'startup' && ok) || (kind !== 'readiness' && !ok)) this.stop();
    this.#options.onVerdict(ok);
  }
}

function tooLate(probe: Probe, timeout: number): string {
  if (probe.exec) return `command timed out: "${probe.exec.command?.join(' ')}" timed out after ${timeout / 1000}s`;
  return 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
}
