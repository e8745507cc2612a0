// `kubelab why pod/NAME`: why a pod is where it is, or nowhere: each node, each filter, each score; and what another
// scheduler would have done.

import { ask } from '../control.ts';
import { podName } from '../pod-name.ts';
import { runningCluster } from '../state.ts';
import { onlyJson } from '../text.ts';
import type { Why } from '../why/why-handler.ts';
import { whyJson, whyText } from '../why/why-text.ts';

interface WhyOptions {
  readonly name?: string;
  readonly namespace?: string;
  readonly compare?: string;
  readonly node?: string;
  readonly output?: string;
  readonly plain?: boolean;
}

/** Milliseconds: a file that is compared has to be compiled first. */
const patience = 60_000;

export async function why(pod: string, options: WhyOptions): Promise<void> {
  onlyJson('why', options.output);
  const state = runningCluster(options.name);
  const { namespace = 'default', compare } = options;
  const wanted = { pod: podName('why', pod), namespace, compare, folder: process.cwd() };
  const answer = await ask<Why>(state.controlSocket, '/why', wanted, patience);
  const text =
    options.output === 'json'
      ? whyJson(answer)
      : whyText(answer, { node: options.node, plain: options.plain === true });
  process.stdout.write(text);
  // A comparison that failed is told, and is somebody's work gone wrong all the same.
  if (answer.compared && 'error' in answer.compared) process.exitCode = 1;
}
