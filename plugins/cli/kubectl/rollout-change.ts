// kubectl rollout restart, pause, resume: small patches of a deployment.

import type { Deployment } from '../../../core/model/deployment.ts';
import type { KubectlCommand } from './command.ts';
import { KubectlError } from './errors.ts';
import { fileFlags } from './manifests.ts';
import { type ChangeOptions, changeFlags, printChange } from './output.ts';
import type { AnyObject } from './records.ts';
import { pathOf } from './resource-types.ts';
import { type SelectionOptions, select, selectorFlags, visit } from './selection.ts';

type Options = ChangeOptions & SelectionOptions;

/** Gives the patch, or the reason why there is none. */
type Change = (deployment: Deployment, now: string) => object | string;

const change = (verb: string, done: string, patch: Change): KubectlCommand<Options> => ({
  usage: '(TYPE NAME | TYPE/NAME) [flags]',
  summary: `${verb}s a rollout`,
  flags: (command) => selectorFlags(changeFlags(fileFlags(command))),

  async run(session, args, options) {
    if (args.length === 0 && !options.filename) throw new KubectlError('required resource not specified');
    for await (const { type, object } of visit(session, await select(session, args, options), options)) {
      const { name, namespace } = object.metadata;
      const answer =
        type.kind === 'Deployment'
          ? patch(object as unknown as Deployment, new Date(session.clock.now()).toISOString().replace(/\.\d+/, ''))
          : `${verb === 'restart' ? 'restarting' : verb === 'pause' ? 'pausing' : 'resuming'} is not supported`;
      if (typeof answer === 'string') {
        session.fail(new KubectlError(`${type.plural}.${type.group} "${name}" ${answer}`.replace('. "', ' "')));
        continue;
      }
      try {
        const query = { fieldManager: 'kubectl-rollout' };
        const strategic = 'application/strategic-merge-patch+json';
        const path = pathOf(type, namespace, name);
        await printChange(
          session,
          await session.server.send<AnyObject>('PATCH', path, { query, body: answer, type: strategic }),
          done,
          options,
        );
      } catch (error) {
        session.fail(error);
      }
    }
  },
});

export const rolloutRestart = change('restart', 'restarted', ({ spec }, now) =>
  spec.paused
    ? "can't restart paused deployment (run rollout resume first)"
    : { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': now } } } } },
);

export const rolloutPause = change('pause', 'paused', ({ spec }) =>
  spec.paused ? 'is already paused' : { spec: { paused: true } },
);

export const rolloutResume = change('resume', 'resumed', ({ spec }) =>
  spec.paused ? { spec: { paused: null } } : 'is not paused',
);
