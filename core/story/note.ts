// Note: what is kept of one write for the stories of pods: when, who, which step of whose life. No bodies: a note is a few
// words, so that many thousands can be kept.

import type { AuditEntry } from '../api/audit.ts';

/** What can happen in a pod's life, roughly in the order in which it does. */
export const stepNames = [
  /** A Deployment, ReplicaSet or ReplicationController above the pod. */
  'owner-created',
  'owner-changed',
  'owner-gone',
  'pod-created',
  'admitted',
  'queued',
  'unschedulable',
  'bound',
  'taken',
  'sandbox-made',
  'image-pulling',
  'image-pulled',
  'image-failed',
  'container-created',
  'container-started',
  'running',
  'ready',
  'endpoint-added',
  'endpoint-ready',
  'routed',
  'changed',
  'probe-failed',
  'container-ended',
  'back-off',
  'restarted',
  'unready',
  'endpoint-unready',
  'disrupted',
  'delete-asked',
  'stopping',
  'succeeded',
  'failed',
  'endpoint-removed',
  'gone',
  /** Any other Event about the pod. */
  'news',
] as const;

export type StepName = (typeof stepNames)[number];

/** Who: the program, as far as it is known, and the user that it spoke for. */
export interface Writer {
  readonly component: string;
  readonly user: string;
}

export interface Note extends Writer {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly step: StepName;
  /** In words, for people. */
  readonly what: string;
  /** Whose life it is part of: a pod, or an owner of pods. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Of a creation: the uid of the controller that the object belongs to. */
  readonly owner?: string;
  /** How often by now, of news that repeats itself. */
  readonly count?: number;
  /** Of an Event: the container that it is about. Of a status: the containers that it shows as started. */
  readonly containers?: readonly string[];
  /** It was told behind the work that it tells of: an Event waits for its turn to be written. */
  readonly late?: boolean;
}

/** The part of a note that follows from who is written about; the rest is what happened. */
export type Happening = Pick<Note, 'step' | 'what'> & Partial<Pick<Note, 'owner' | 'count' | 'containers' | 'late'>>;

/** `kubectl/v1.33.4 (linux/amd64)` is kubectl, `scheduler (mine.ts)` a file; a kubelet is called after its node. */
export function writerOf({ user, userAgent }: Pick<AuditEntry, 'user' | 'userAgent'>): Writer {
  const node = /^system:node:(.+)$/.exec(user)?.[1];
  if (node !== undefined) return { component: `kubelet ${node}`, user };
  const named = /^\S+ \([^)]*\.[cm]?[jt]s\)$/.exec(userAgent ?? '')?.[0] ?? userAgent?.split(/[/ ]/)[0];
  return { component: named || (components[user] ?? 'a client'), user };
}

/** Whoever does not say what program it is, is known by its user. */
const components: Readonly<Record<string, string>> = {
  'system:apiserver': 'api',
  'system:kube-scheduler': 'scheduler',
  'system:kube-controller-manager': 'controllers',
  'system:kube-proxy': 'proxy',
  'system:kubelab-supervisor': 'supervisor',
};
