// kubectl create priorityclass: a name for how important pods are.

import type { KubectlCommand } from './command.ts';
import { createObject, oneName } from './create.ts';
import { KubectlError } from './errors.ts';
import { type ChangeOptions, changeFlags } from './output.ts';
import type { AnyObject } from './records.ts';

interface Options extends ChangeOptions {
  readonly value: string;
  readonly globalDefault?: boolean;
  readonly description?: string;
  readonly preemptionPolicy: string;
}

export const createPriorityClass: KubectlCommand<Options> = {
  usage: 'NAME --value=VALUE [--global-default] [flags]',
  summary: 'creates a priority class',
  flags: (command) =>
    changeFlags(command)
      .option('--value <number>', 'the priority of its pods', '0')
      .option('--global-default', 'pods that name no class get this one')
      .option('--description <text>', 'when to use it')
      .option('--preemption-policy <policy>', 'PreemptLowerPriority, Never', 'PreemptLowerPriority'),

  async run(session, args, options) {
    const { value, globalDefault, description, preemptionPolicy } = options;
    if (!/^[+-]?\d+$/.test(value)) {
      throw new KubectlError(`invalid argument "${value}" for "--value" flag: a whole number is wanted`);
    }
    const object = {
      apiVersion: 'scheduling.k8s.io/v1',
      ...(description && { description }),
      ...(globalDefault && { globalDefault }),
      kind: 'PriorityClass',
      metadata: { creationTimestamp: null, name: oneName(args) },
      preemptionPolicy,
      value: Number(value),
    };
    await createObject(session, object as unknown as AnyObject, options);
  },
};
