// `kubelab lab step [N] [--back]`: inside of a visit, so many instants on, or back; and what happened on the way.

import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import { ask } from '../../../plugins/cli/control.ts';
import { type Here, isPlain, here as real } from '../here.ts';
import type { Stepped } from '../visit/messages.ts';
import { doorVariable } from '../visit/visit-shell.ts';
import { steppedText } from '../visit/visit-text.ts';

export interface StepOptions {
  readonly back?: boolean;
  readonly plain?: boolean;
}

/** Milliseconds for an answer: a step back loads Kubelab anew. */
const patience = 90_000;

export async function step(given: string | undefined, options: StepOptions, here?: Here): Promise<void> {
  here ??= await real();
  const door = here.env[doorVariable];
  if (!door) throw new ConfigurationError('step moves inside of a visit; begin one with: npx kubelab lab visit');
  const count = given === undefined ? 1 : Number(given);
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new ConfigurationError(`step ${given}: give a whole number of instants, and --back for the other direction`);
  }
  const back = options.back === true;
  const stepped = await ask<Stepped>(door, '/step', { instants: back ? -count : count }, patience);
  here.out(steppedText(stepped, back, isPlain(options, here)));
}
