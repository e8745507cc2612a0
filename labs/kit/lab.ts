// Lab: an exercise, as data. What its folder holds beside this is in docs/writing-a-lab.md.
//
//   export const lab: Lab = {
//     number: 2, name: 'round-robin', hours: 1, file: 'round-robin.ts', slot: 'Scheduler',
//     checks: [{ id: '2.1', run: async (part, seed) => { ... } }],
//   };
//
// Always true: a check is a pure function of the student's part and the seed: the same seed gives the same result. It
// passes by returning and fails by throwing a FailedCheck; what else it throws is a mistake of the lab, not of the student.

import type { Plugin } from '../../core/cluster/plugin.ts';

/** What stands in the student's file: its default export. Labs with a slot take a plugin of that slot. */
export interface StudentPart {
  /** Absolute path of the file: lines of it are what messages point at. */
  readonly file: string;
  /** The default export; of labs with a slot it is a plugin that provides the slot. */
  readonly exported: unknown;
  /** Names of its other exports; undefined where nobody looked. */
  readonly others?: readonly string[];
}

/** The student's plugin. Who calls it has looked that it is one. */
export const pluginOf = (part: StudentPart): Plugin => part.exported as Plugin;

export interface Check {
  /** `3.4`: the lab's number, and which of its checks. Its title, messages and hints are in the lab's hints.md. */
  readonly id: string;
  /** How many seeds a normal check takes; 5 unless told. 1: chance has no part in it. */
  readonly seeds?: number;
  /** @throws FailedCheck */
  run(part: StudentPart, seed: number): Promise<void>;
}

export interface Lab {
  readonly number: number;
  /** Of commands: `replication`. Its folder is `labs/03-replication`. */
  readonly name: string;
  /** A student's time. */
  readonly hours: number;
  /** What the student's file is called: `replication.ts`. */
  readonly file: string;
  /** The slot or contribution that the part provides; undefined where the part is no plugin. */
  readonly slot?: 'Scheduler' | 'Controller' | 'Store';
  /** Easiest first: a student works through them in this order. */
  readonly checks: readonly Check[];
}

/** A line of a person's file. */
export interface Line {
  /** Its name without folders: `replication.ts`. */
  readonly file: string;
  readonly line: number;
}

/** One change of an object, as the timeline under a failed check shows it. */
export interface TimelineRow {
  /** Seconds of virtual time since the check began. */
  readonly at: number;
  /** `created`, `updated`, `status`, `bound`, `deleted`, `fault`, ... */
  readonly what: string;
  /** `Pod default/web-4`; of a fault what it was. */
  readonly object: string;
  /** Who did it: `you`, `kubelet node-1`, `the check`. */
  readonly by: string;
  /** Where in the student's file, if they did it. */
  readonly line?: Line;
}

/** What a failed check says. */
export interface Finding {
  /** `3.4` */
  readonly check: string;
  /** Name of the message in hints.md. */
  readonly message: string;
  readonly seed: number;
  /** Instants of virtual time that had begun when it was found: where `visit` freezes. */
  readonly instant: number;
  /** Seconds of virtual time since the check began. */
  readonly at: number;
  readonly happened: string;
  readonly expected: string;
  readonly why: string;
  readonly look?: Line;
  /** The object whose history is `timeline`: `Pod default/web-4`. */
  readonly object?: string;
  readonly timeline: readonly TimelineRow[];
}

/** Thrown by a check whose invariant does not hold. */
export class FailedCheck extends Error {
  override readonly name = 'FailedCheck';
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(`${finding.check}: ${finding.happened}`);
    this.finding = finding;
  }
}
