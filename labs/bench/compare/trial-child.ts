// Trial child: the process of one run. It loads the variant, sets the watchdog on itself, runs the trial once, and tells
// what came out.
// Always true: it ends with its parent; what the variant does to the process is the variant's fault, not the end of the
// comparison.

import { roleOf } from '../../../core/cluster/composition.ts';
import { assemble, given } from '../../../core/cluster/container.ts';
import type { ConfiguredPlugin } from '../../../core/cluster/plugin.ts';
import { Clock } from '../../../core/contracts/clock.ts';
import { Random } from '../../../core/contracts/random.ts';
import { SeededRandom } from '../../../core/time/random.ts';
import { RealClock } from '../../../core/time/real-clock.ts';
import { setWatchdog } from '../../../plugins/cli/host/guard.ts';
import { CurrentCall } from './current-call.ts';
import { explained } from './faults.ts';
import { findTrial } from './find-trial.ts';
import { subjects } from './subjects/index.ts';
import { type Round, VariantFault, WorkloadFault } from './trial.ts';
import type { FromTrial, TrialRequest } from './trial-messages.ts';
import { loadVariant } from './variant.ts';

const send = process.send!.bind(process);
const end = process.exit.bind(process);
const tell = (message: FromTrial) => new Promise<void>((resolve) => send(message, () => resolve()));

process.on('disconnect', () => end(0));
// Ctrl-C in a terminal reaches the whole group; when this process ends is its parent's business.
process.on('SIGINT', () => {});

let file: string | undefined;
const fault = async (error: unknown): Promise<void> => {
  if (error instanceof WorkloadFault) {
    await tell({ type: 'broken', message: error.message });
    end(1);
  }
  const { reason, message } =
    error instanceof VariantFault ? error : { reason: 'threw' as const, message: explained(error, file) };
  await tell({ type: 'fault', failure: { reason, message } });
  end(1);
};
for (const event of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(event, (error) => void fault(error));

process.once('message', async (request: TrialRequest) => {
  try {
    await run(request);
  } catch (error) {
    await fault(error);
  }
});
await tell({ type: 'ready' });

async function run(request: TrialRequest): Promise<void> {
  const { variant: choice, seed, level, mode } = request;
  file = choice.file;
  const call = new CurrentCall();
  setWatchdog(call, { memory: call.memory, file: file ?? import.meta.filename, patience: request.patience });
  const trial = await findTrial(request);
  const { role } = subjects.find(({ subject }) => subject === trial.subject)!;
  process.exit = ((code?: number) => {
    throw new Error(`it called process.exit(${code ?? ''}); a plugin ends when its cluster stops it`);
  }) as typeof process.exit;
  const variant = await loadVariant(choice, role);
  const random = new SeededRandom(seed);
  const clock = new RealClock();
  const round: Round = {
    level,
    seed,
    variant,
    ...(file !== undefined && { file }),
    clock,
    random,
    build: (token, ...values) =>
      built(variant, () =>
        assemble([variant], [given(Clock, clock), given(Random, random.fork('variant')), ...values]).get(token),
      ),
    during: (text) => call.begin(text),
  };
  const outcome = mode === 'run' ? await trial.run(round) : await trial.check?.(round);
  await tell({ type: 'done', outcome: outcome ?? undefined });
  end(0);
}

function built<T>(variant: ConfiguredPlugin, make: () => T): T {
  try {
    return make();
  } catch (error) {
    const what = `${roleOf(variant)} of ${variant.label ?? variant.definition.name} cannot be made`;
    throw new VariantFault('does not load', `${what}: ${explained(error, file)}`);
  }
}
