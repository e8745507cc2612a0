// Messages: what a cluster and the process of a plugin file say to each other, over the process's IPC channel; and what the
// watchdog of that process writes to file descriptor 4, a line each, because its main thread may be stuck.

import type { UserInfo } from '../../../core/contracts/api-client.ts';
import type { KubeconfigChoice } from '../../api-http/plugin.ts';
import type { Answered, Asked } from './questions.ts';

export type ToPlugin =
  /** Import the file, look at its plugin, check its options. */
  | { readonly type: 'load'; readonly file: string; readonly options: Readonly<Record<string, unknown>> }
  /** Run it. */
  | { readonly type: 'start'; readonly place: RemotePlace }
  | Asked
  | { readonly type: 'stop' };

/** Who the component is and where its API is. */
export interface RemotePlace {
  readonly component: string;
  readonly user: UserInfo;
  readonly schedulerName?: string;
  readonly cluster: string;
  readonly seed: string;
  readonly kubeconfig: string;
  /** Instead of `kubeconfig`: somebody else's cluster. What it refuses is told on standard error. */
  readonly foreign?: KubeconfigChoice;
}

export type FromPlugin =
  | {
      readonly type: 'loaded';
      readonly name: string;
      readonly description: string;
      readonly provides: readonly string[];
    }
  /** It cannot be loaded, or does not start; the message has file and line. */
  | {
      readonly type: 'failed';
      readonly message: string;
      /** The file is well, but the options given to it are not. */
      readonly options?: boolean;
      /** The plugin is well, but the cluster does not let it work. */
      readonly environment?: boolean;
    }
  | { readonly type: 'started' }
  | { readonly type: 'stopped' }
  | Answered
  /** The plugin threw, and goes on. */
  | { readonly type: 'bug'; readonly message: string }
  /** The plugin threw where nobody can go on: the process ends. */
  | { readonly type: 'crashed'; readonly message: string };

/** Written by the watchdog. */
export type FromWatchdog =
  | { readonly type: 'alive' }
  /** Sent once, before the process is ended: what was being done, and the line it was at. */
  | { readonly type: 'stuck' | 'too large'; readonly activity: string; readonly at?: string };
