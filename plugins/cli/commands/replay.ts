// `kubelab replay RECORD`: plays the record of a simulation again, in words: all of it; step by step (--step); at a speed
// (--speed 60x); or the cluster as it stood at a time (--at 3h), also to kubectl (--at 3h -- get pods).
// Before anything is shown the record is checked: that it is whole, and that its history has the hash that it says.

import { createHash } from 'node:crypto';
import path from 'node:path';
import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import { Playback } from '../../../core/simulation/playback.ts';
import { clockText, timeOf } from '../../../core/simulation/time-text.ts';
import { RealClock } from '../../../core/time/real-clock.ts';
import { colors } from '../simulation/colors.ts';
import { readRecord } from '../simulation/record-file.ts';
import { replaySteps } from '../simulation/replay-steps.ts';
import { ReplayText } from '../simulation/replay-text.ts';

export interface ReplayOptions {
  readonly step?: boolean;
  readonly speed?: string;
  readonly at?: string;
  readonly all?: boolean;
  readonly plain?: boolean;
}

/** @param words for a kubectl that sees the cluster as it stood at that time */
export async function replay(file: string, words: readonly string[], options: ReplayOptions): Promise<void> {
  const plain = options.plain === true;
  const speed = options.speed === undefined ? undefined : speedOf(options.speed);
  if (speed !== undefined && options.step) throw new ConfigurationError('--step and --speed: choose one');
  const time = options.at === undefined ? undefined : timeGiven(options.at);
  if (words.length > 0 && (time === undefined || options.step || speed !== undefined)) {
    throw new ConfigurationError(
      `kubectl sees the cluster at one time: kubelab replay ${file} --at 3h -- ${words.join(' ')}`,
    );
  }
  const playback = open(file);
  const { head, end } = playback;
  if (time !== undefined && time > head.length) {
    throw new ConfigurationError(`--at ${options.at}: the record ends at ${clockText(head.length)}`);
  }
  if (time !== undefined) playback.goTo(time);
  if (words.length > 0) {
    const { instantKubectl } = await import('../simulation/instant-kubectl.ts');
    process.exitCode = await instantKubectl(playback, time ?? 0, words);
    return;
  }
  const { bold } = colors(plain);
  // Who reads it may have seen enough: | head
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 3));
  const out = (text: string) => void process.stdout.write(text);
  out(
    `${bold(head.name)}: seed ${head.seed}, ${clockText(head.length)} from ${new Date(head.start).toISOString()}, ${end.changes} changes\n`,
  );
  out(`history sha256 ${end.hash} (checked)\n\n`);
  const text = new ReplayText(playback, { plain, all: options.all === true });
  if (options.step) return replaySteps(playback, text, { input: process.stdin, out, plain });
  if (speed !== undefined) return atSpeed(playback, text, speed, out);
  if (time !== undefined) return out(text.state());
  for (let moment = text.next(); moment; moment = text.next()) out(moment.text);
}

function open(file: string): Playback {
  const lines = readRecord(file);
  const digests = { seal: createHash('sha256'), hash: createHash('sha256') };
  try {
    return Playback.open(lines, digests);
  } catch (error) {
    if (error instanceof ConfigurationError) throw new ConfigurationError(`${path.basename(file)}: ${error.message}`);
    throw error;
  }
}

/** Each moment when it is due: the record's time, so many times as fast as the machine's. */
async function atSpeed(
  playback: Playback,
  text: ReplayText,
  speed: number,
  out: (text: string) => void,
): Promise<void> {
  const clock = new RealClock();
  const begun = clock.now();
  const from = playback.timeOf(playback.moment);
  for (let moment = text.next(); moment; moment = text.next()) {
    const due = begun + (moment.at - from) / speed;
    if (due > clock.now()) await clock.sleep(due - clock.now());
    out(moment.text);
  }
}

function speedOf(text: string): number {
  const [, number] = /^(\d+(?:\.\d+)?)x?$/.exec(text) ?? [];
  if (number !== undefined && Number(number) > 0) return Number(number);
  throw new ConfigurationError(`--speed ${text}: give how many times as fast as the record's own time: 60x`);
}

function timeGiven(text: string): number {
  const time = timeOf(text);
  if (time !== undefined) return time;
  throw new ConfigurationError(`--at ${text}: give a time of the scenario: 3h, 90m or 10:30:00`);
}
