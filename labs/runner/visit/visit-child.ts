// Visit child: the process that holds a cluster at an instant of a check, and shows it over HTTPS. It runs the check once to
// know its instants, and once more up to where it is told to hold.
// Always true: it ends with its parent, and then leaves nothing of the visit behind, its folder included.

import { rmSync } from 'node:fs';
import path from 'node:path';
import { admin } from '../../../core/cluster/identities.ts';
import { HttpApi } from '../../../plugins/api-http/plugin.ts';
import { labs } from '../../index.ts';
import { seedsOf } from '../../kit/describe-lab.ts';
import type { Check, FailedCheck, Finding, Lab } from '../../kit/lab.ts';
import { textsOf } from '../../kit/texts.ts';
import { shown } from '../check-findings.ts';
import { Guards } from '../check-guards.ts';
import { loadFit, UnfitPart } from '../check-load.ts';
import { folderOf } from '../which-lab.ts';
import { FrozenApi, FrozenClock } from './frozen.ts';
import type { Answer, Question, VisitRequest } from './messages.ts';
import { Replay, type Survey, surveyOf } from './replay.ts';

// Out of the reach of the student's file.
const send = process.send!.bind(process);
const end = process.exit.bind(process);
delete process.send;
const tell = (answer: Answer) => new Promise<void>((resolve) => send(answer, () => resolve()));

let folder: string | undefined;
process.on('disconnect', () => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  end(0);
});
// Ctrl-C in a terminal reaches the whole group; when this process ends is its parent's business.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});

const broken = (error: unknown) =>
  tell({ answer: 'broken', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
process.on('uncaughtException', broken);
process.on('unhandledRejection', () => {}); // a part's own; the check has said what it thinks of it

let replay: Replay | undefined;

process.on('message', async (question: Question) => {
  try {
    await tell(await answerTo(question));
  } catch (error) {
    await broken(error);
  }
});

async function answerTo(question: Question): Promise<Answer> {
  if (question.ask === 'open') return open(question.request);
  if (!replay) throw new Error('no check is held yet');
  const from = question.ask === 'since' ? question.instant : replay.place.instant;
  try {
    if (question.ask === 'step') await replay.goTo(from + question.instants);
  } catch (error) {
    return refused((error as Error).message);
  }
  const { place } = replay;
  return { answer: 'stepped', stepped: { place, rows: replay.between(from, place.instant) } };
}

async function open(request: VisitRequest): Promise<Answer> {
  folder = request.folder;
  const lab = labs.find(({ name }) => name === request.lab);
  if (!lab) throw new Error(`there is no lab ${request.lab}`);
  // The same world as in a check, down to what the file must not call.
  const guards = new Guards(request.file);
  guards.install();
  const file = path.basename(request.file);
  let found: Awaited<ReturnType<typeof firstFailed>>;
  try {
    found = await firstFailed(lab, request);
  } catch (error) {
    if (!(error instanceof UnfitPart)) throw error;
    return { answer: 'unfit', message: error.message };
  }
  const { check, seed, survey, finding } = found;
  if (guards.offence) return unfit(check, seed, `${file} calls ${guards.offence.call}`);
  if (survey.error && !finding) return unfit(check, seed, shown(survey.error));
  if (!finding && request.stop === 'failure') {
    const what = request.checks.length === 1 ? `check ${check.id} passes` : `all checks of lab ${lab.name} pass`;
    const under = request.seed === undefined ? 'under all its seeds' : `under seed ${seed}`;
    return refused(
      `${what} ${under}: there is no failing instant to visit. Any other one: --check ${check.id} --at SECONDS`,
    );
  }
  if (survey.worlds === 0) return refused(`check ${check.id} has no cluster: there is nothing to visit`);

  const held = new Replay(runOf(lab, request.file, check, seed), survey);
  await held.goTo(Math.max(survey.first, instantOf(request.stop, survey, finding)));
  const { world } = held;
  if (!(world.cluster as typeof world.cluster | undefined)) {
    return refused(`the cluster of check ${check.id} did not come up: there is nothing to visit`);
  }
  replay = held;
  const face = new HttpApi({
    api: new FrozenApi(world.cluster.api),
    clock: new FrozenClock(() => world.clock.now()),
    name: 'kubelab-visit',
    folder: path.join(request.folder, 'pki'),
    port: request.port,
  });
  await face.start();
  const kubeconfig = await face.kubeconfig(admin);
  const { title } = textsOf(folderOf(lab)).check(check.id);
  const about = { check: check.id, title, seed, ...(finding && { finding }) };
  const { first, last } = survey;
  const opened = { ...about, place: held.place, first, last, port: face.address.port, kubeconfig };
  return { answer: 'opened', opened };
}

/** The first check that fails, and its first seed; the last that was tried, when all pass. */
async function firstFailed(lab: Lab, { checks, seed, file, stop }: VisitRequest) {
  let tried: { check: Check; seed: number; survey: Survey; finding: Finding | undefined } | undefined;
  for (const check of lab.checks.filter(({ id }) => checks.includes(id))) {
    for (const one of seed === undefined ? seedsOf(check) : [seed]) {
      const survey = await surveyOf(runOf(lab, file, check, one));
      if (survey.error instanceof UnfitPart) throw survey.error;
      // By its form: the lab may have been loaded beside another instance of the class.
      const failed = survey.error instanceof Error && survey.error.name === 'FailedCheck';
      const finding = failed ? (survey.error as FailedCheck).finding : undefined;
      tried = { check, seed: one, survey, finding };
      // Who names a time or an instant means this check, whether it fails or not.
      if (survey.error || (stop !== 'failure' && checks.length === 1)) return tried;
    }
  }
  if (!tried) throw new Error(`lab ${lab.name} has none of the checks ${checks.join(', ')}`);
  return tried;
}

const runOf = (lab: Lab, file: string, check: Check, seed: number) => async () =>
  check.run(await loadFit(lab, file), seed);

function instantOf(stop: VisitRequest['stop'], { first, last, times }: Survey, finding?: Finding): number {
  if (stop === 'failure') return finding?.instant ?? last;
  if ('instant' in stop) return stop.instant;
  return times.findLastIndex((at, instant) => instant >= first && at <= stop.seconds);
}

const refused = (message: string): Answer => ({ answer: 'refused', message });

const unfit = ({ id }: Check, seed: number, what: string): Answer => ({
  answer: 'unfit',
  message: `check ${id} (seed ${seed}) fails at no instant of the cluster’s time: ${what}. What there is to say about it: npx kubelab lab check`,
});

await tell({ answer: 'ready' });
