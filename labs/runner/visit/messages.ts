// Messages between a visit and the process that holds its cluster, over IPC: one question at a time, each with an answer.

import type { Finding, TimelineRow } from '../../kit/lab.ts';
import type { Place } from './replay.ts';

export interface VisitRequest {
  /** Name of the lab: `replication`. */
  readonly lab: string;
  /** Absolute path of the student's file. */
  readonly file: string;
  /** Ids of checks: the first that fails is visited. */
  readonly checks: readonly string[];
  /** This seed alone; else those that a check takes. */
  readonly seed?: number;
  /** Where to hold: where it fails; at an instant by its number; at the last one up to so many seconds of the check. */
  readonly stop: 'failure' | { readonly instant: number } | { readonly seconds: number };
  /** The visit's folder: it keeps the CA, and is removed by whoever ends last. */
  readonly folder: string;
  /** Where to listen; 0: any free port. */
  readonly port: number;
}

export type Question =
  | { readonly ask: 'open'; readonly request: VisitRequest }
  | { readonly ask: 'step'; readonly instants: number }
  /** What happened after that instant, up to where it stands. */
  | { readonly ask: 'since'; readonly instant: number };

export interface Opened {
  readonly check: string;
  readonly title: string;
  readonly seed: number;
  /** What the check found; undefined: it passes. */
  readonly finding?: Finding;
  readonly place: Place;
  /** Instants at which the check began and ended. */
  readonly first: number;
  readonly last: number;
  readonly port: number;
  readonly kubeconfig: string;
}

export interface Stepped {
  readonly place: Place;
  readonly rows: readonly TimelineRow[];
}

export type Answer =
  | { readonly answer: 'ready' }
  | { readonly answer: 'opened'; readonly opened: Opened }
  | { readonly answer: 'stepped'; readonly stepped: Stepped }
  /** It cannot be done; a sentence says why. */
  | { readonly answer: 'refused'; readonly message: string }
  /** The student's file fails in a way that is at no instant of the cluster's time. */
  | { readonly answer: 'unfit'; readonly message: string }
  /** Kubelab, or the lab, failed. */
  | { readonly answer: 'broken'; readonly message: string };
