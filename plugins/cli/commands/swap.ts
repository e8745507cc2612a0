// `kubelab swap COMPONENT PLUGIN`, `kubelab swap --undo`: replaces a plugin in the running cluster.

import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import { ask } from '../control.ts';
import type { SwapAnswer } from '../control-handlers.ts';
import { runningCluster } from '../state.ts';
import { onlyJson } from '../text.ts';

interface SwapOptions {
  readonly name?: string;
  readonly undo?: boolean;
  readonly output?: string;
}

/** Milliseconds: a node may have to be drained first, which waits for its pods' grace; a large store takes minutes to copy. */
const patience = 1_800_000;

export async function swap(
  component: string | undefined,
  plugin: string | undefined,
  options: SwapOptions,
): Promise<void> {
  if (!options.undo && (component === undefined || plugin === undefined)) {
    throw new ConfigurationError(
      'swap wants a component and a plugin: kubelab swap scheduler round-robin, or kubelab swap --undo',
    );
  }
  onlyJson('swap', options.output);
  const state = runningCluster(options.name);
  const wanted = options.undo ? { undo: true } : { component, plugin, folder: process.cwd() };
  const answer = await ask<SwapAnswer>(state.controlSocket, '/swap', wanted, patience);
  process.stdout.write(
    options.output === 'json'
      ? `${JSON.stringify(answer)}\n`
      : `${answer.component}: ${answer.from} -> ${answer.to}: ${answer.message}\n`,
  );
}
