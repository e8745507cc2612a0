// Visit child: the process that holds a cluster at an instant of a check, and shows it over HTTPS. It runs the check once to
// know its instants, and once more up to where it is told to hold.
// Always true: it ends with its parent, and then leaves nothing of the visit behind, its folder included.

import { rmSync } from 'node:fs';
import path from 'node:path';
import { admin } from '../../../core/cluster/identities.ts';
import { HttpApi } from '../../../plugins/api-http/plugin.ts';
import type { Lab } from '../../kit/lab.ts';
import { Guards } from '../check-guards.ts';
import { loadFit } from '../check-load.ts';
import { FrozenApi, FrozenClock } from './frozen.ts';
import type { Answer, Opened, Question, Stepped, VisitRequest } from './messages.ts';
import { Replay, surveyOf } from './replay.ts';

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

const given = process.argv[2];
const { labs }: { readonly labs: readonly Lab[] } =
  given === undefined ? await import('../../index.ts') : await import(given);
let replay: Replay | undefined;

process.on('message', async (question: Question) => {
  try {
    await tell(await answerTo(question));
  } catch (error) {
    await broken(error);
  }
});

async function answerTo(question: Question): Promise<Answer> {
  if (question.ask === 'open') {
    const opened = await open(question.request);
    return typeof opened === 'string' ? { answer: 'refused', message: opened } : { answer: 'opened', opened };
  }
  if (!replay) throw new Error('no check is held yet');
  const from = question.ask === 'since' ? question.instant : replay.place.instant;
  if (question.ask === 'step') {
    try {
      await replay.goTo(from + question.instants);
    } catch (error) {
      return { answer: 'refused', message: (error as Error).message };
    }
  }
  const { place } = replay;
  const stepped: Stepped = { place, rows: replay.between(from, place.instant) };
  return { answer: 'stepped', stepped };
}

/** @returns what is held, or why nothing is */
async function open(request: VisitRequest): Promise<Opened | string> {
  folder = request.folder;
  const lab = labs.find(({ name }) => name === request.lab);
  const check = lab?.checks.find(({ id }) => id === request.check);
  if (!lab || !check) throw new Error(`there is no check ${request.check} of lab ${request.lab}`);
  // The same world as in a check, down to what the file must not call.
  const guards = new Guards(request.file);
  guards.install();
  const run = async () => check.run(await loadFit(lab, request.file), request.seed);

  const survey = await surveyOf(run);
  const { worlds, times } = survey;
  if (worlds === 0) return `check ${check.id} has no cluster: there is nothing to visit`;
  const first = Math.max(1, survey.first);
  const wanted = 'instant' in request.stop ? request.stop.instant : instantAt(times, request.stop.seconds, first);
  replay = new Replay(run, survey);
  await replay.goTo(Math.max(first, wanted));

  const { world } = replay;
  if (!(world.cluster as typeof world.cluster | undefined)) {
    return `the cluster of check ${check.id} did not come up: there is nothing to visit`;
  }
  const face = new HttpApi({
    api: new FrozenApi(world.cluster.api),
    clock: new FrozenClock(() => world.clock.now()),
    name: 'kubelab-visit',
    folder: path.join(request.folder, 'pki'),
    port: request.port,
  });
  await face.start();
  const kubeconfig = await face.kubeconfig(admin);
  return { place: replay.place, first, last: survey.last, port: face.address.port, kubeconfig };
}

/** The last instant up to so many seconds. */
const instantAt = (times: readonly number[], seconds: number, first: number): number =>
  Math.max(
    first,
    times.findLastIndex((at, instant) => instant >= first && at <= seconds),
  );

await tell({ answer: 'ready' });
