// kubectl rollout history: the rollouts of a deployment, and what one of them looked like.

import type { Deployment } from '../../../core/model/deployment.ts';
import type { KubectlCommand } from './command.ts';
import { KubectlError } from './errors.ts';
import { nameOf } from './output.ts';
import { revisionsOf } from './revisions.ts';
import { type SelectionOptions, select, selectorFlags, visit } from './selection.ts';
import { tabbed } from './tab-writer.ts';

interface Options extends SelectionOptions {
  readonly revision?: string;
}

const changeCause = 'kubernetes.io/change-cause';

export const rolloutHistory: KubectlCommand<Options> = {
  usage: '(TYPE NAME | TYPE/NAME) [--revision=N]',
  summary: 'shows the rollouts so far',
  flags: (command) => selectorFlags(command).option('--revision <n>', 'what that one looked like'),

  async run(session, args, options) {
    for await (const { type, object } of visit(session, await select(session, args, options), options)) {
      if (type.kind !== 'Deployment')
        throw new KubectlError(`no history viewer has been implemented for "${type.kind}"`);
      const revisions = await revisionsOf(session, object as unknown as Deployment);
      const wanted = Number(options.revision ?? 0);
      if (wanted > 0) {
        const found = revisions.find(({ number }) => number === wanted);
        if (!found) throw new KubectlError('unable to find the specified revision');
        const { podTemplate } = await import('./describe-template.ts');
        const { replicaSet } = found;
        const cause = replicaSet.metadata.annotations?.[changeCause];
        const template = podTemplate(replicaSet.spec.template, cause ? { [changeCause]: cause } : undefined);
        // Not aligned: so it is in kubectl too.
        session.terminal.out(`${nameOf(object)} with revision #${wanted}\n${template}\n`);
        continue;
      }
      const rows = revisions.map(
        ({ number, replicaSet }) => `${number}\t${replicaSet.metadata.annotations?.[changeCause] || '<none>'}\n`,
      );
      const table = tabbed(`REVISION\tCHANGE-CAUSE\n${rows.join('')}`, { padding: 2 });
      session.terminal.out(`${nameOf(object)} \n${rows.length === 0 ? 'No rollout history found.' : table}\n`);
    }
  },
};
