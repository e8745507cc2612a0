// Script: what a mock container does, read from annotations of its pod. Without any it starts at once and runs until it
// is stopped. `mock.kubelab.dev/NAME` speaks of all containers of the pod, `mock.kubelab.dev/CONTAINER.NAME` of one.

import type { StringMap } from '../../core/model/meta.ts';

/** All times are milliseconds. */
export interface Script {
  /** How long starting takes. */
  readonly startDelay: number;
  /** Starting fails with this message. */
  readonly startError: string | undefined;
  /** It ends by itself after so long; undefined: never. */
  readonly runFor: number | undefined;
  readonly exitCode: number;
  /** It is killed for its memory after so long. */
  readonly oomAfter: number | undefined;
  /** How long it takes to end after SIGTERM. Longer than the grace period: SIGKILL ends it. */
  readonly stopDelay: number;
  /** Nothing listens, and commands fail, until so long after the start. */
  readonly readyAfter: number;
  /** HTTP is answered with 500, and commands fail, from so long after the start. */
  readonly unhealthyAfter: number | undefined;
  /** Milliseconds that pulling the image takes, or that it fails. */
  readonly imagePull: number | 'fail';
  /** Lines that it prints when it starts. */
  readonly log: readonly string[];
  /** What a command that is run in it prints; undefined: its own name, and how the container is. */
  readonly execOutput: string | undefined;
  readonly execExitCode: number | undefined;
}

const prefix = 'mock.kubelab.dev/';

/** What `image-pull: slow` means. */
const slowPull = 5_000;

/** Nothing said: one shared object, so that ten thousand silent pods cost nothing. */
const silent: Script = {
  startDelay: 0,
  startError: undefined,
  runFor: undefined,
  exitCode: 0,
  oomAfter: undefined,
  stopDelay: 0,
  readyAfter: 0,
  unhealthyAfter: undefined,
  imagePull: 0,
  log: [],
  execOutput: undefined,
  execExitCode: undefined,
};

export function scriptOf(annotations: StringMap, container: string): Script {
  if (!Object.keys(annotations).some((key) => key.startsWith(prefix))) return silent;
  const said = (name: string): string | undefined =>
    annotations[`${prefix}${container}.${name}`] ?? annotations[`${prefix}${name}`];
  const time = (name: string): number | undefined => {
    const text = said(name);
    return text === undefined ? undefined : milliseconds(text, `${prefix}${name}`);
  };
  const pull = said('image-pull');
  const exits = said('exit-code') !== undefined;
  return {
    startDelay: time('start-delay') ?? 0,
    startError: said('start-error'),
    // An exit code alone means: ends at once with it.
    runFor: time('run-for') ?? (exits ? 0 : undefined),
    exitCode: Number(said('exit-code') ?? 0),
    oomAfter: time('oom-after'),
    stopDelay: time('stop-delay') ?? 0,
    readyAfter: time('ready-after') ?? 0,
    unhealthyAfter: time('unhealthy-after'),
    imagePull:
      pull === 'fail' ? 'fail' : pull === 'slow' ? slowPull : pull ? milliseconds(pull, `${prefix}image-pull`) : 0,
    log: said('log')?.split('\n') ?? [],
    execOutput: said('exec-output'),
    execExitCode: said('exec-exit-code') === undefined ? undefined : Number(said('exec-exit-code')),
  };
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** A duration as Go writes it: `500ms`, `5s`, `1m30s`. Throws an Error that names the annotation. */
export function milliseconds(text: string, where: string): number {
  let rest = text;
  let sum = 0;
  while (rest !== '') {
    const part = /^(\d+(?:\.\d+)?)(ms|s|m|h)/.exec(rest);
    if (!part) throw new Error(`${where}: "${text}" is not a duration; write it as 500ms, 5s or 1m30s`);
    sum += Number(part[1]) * (units[part[2] as string] as number);
    rest = rest.slice(part[0].length);
  }
  return sum;
}
