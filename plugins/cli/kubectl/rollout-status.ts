// kubectl rollout status: says how far a rollout is, each time that changes, until it is done or has failed.

import { isTrue } from '../../../core/model/conditions.ts';
import type { Deployment } from '../../../core/model/deployment.ts';
import type { KubectlCommand } from './command.ts';
import { KubectlError } from './errors.ts';
import { pathOf } from './resource-types.ts';
import { type SelectionOptions, select, selectorFlags, visit } from './selection.ts';
import { timeLimit } from './time-limit.ts';

interface Options extends SelectionOptions {
  readonly watch: boolean;
  readonly timeout?: string;
}

export const rolloutStatus: KubectlCommand<Options> = {
  usage: '(TYPE NAME | TYPE/NAME) [flags]',
  summary: 'shows how far a rollout is, until it is done',
  flags: (command) =>
    selectorFlags(command)
      .option('-w, --watch', 'until it is done', true)
      .option('--no-watch', 'only how far it is now')
      .option('--timeout <time>', 'how long to wait: 30s, 5m'),

  async run(session, args, options) {
    const signal = timeLimit(options.timeout, session.terminal.signal);
    for await (const { type, object } of visit(session, await select(session, args, options), options)) {
      if (type.kind !== 'Deployment') throw new KubectlError(`no status viewer has been implemented for ${type.kind}`);
      const { name, namespace, resourceVersion } = object.metadata;
      let { text, done } = progress(object as unknown as Deployment);
      session.terminal.out(text);
      if (done || !options.watch) continue;
      const query = { fieldSelector: `metadata.name=${name}`, resourceVersion };
      for await (const event of session.server.watch<Deployment>(pathOf(type, namespace), query, { signal })) {
        if (event.type === 'DELETED') throw new KubectlError('object has been deleted');
        ({ text, done } = progress(event.object));
        session.terminal.out(text);
        if (done) break;
      }
      if (!done) throw new KubectlError('timed out waiting for the condition');
    }
  },
};

/** kubectl, pkg/polymorphichelpers/rollout_status.go. @throws KubectlError when the rollout has failed */
export function progress({ metadata, spec, status }: Deployment): { readonly text: string; readonly done: boolean } {
  const {
    replicas = 0,
    updatedReplicas = 0,
    availableReplicas = 0,
    observedGeneration = 0,
    conditions = [],
  } = status ?? {};
  const going = (text: string) => ({ text: `${text}\n`, done: false });
  if ((metadata.generation ?? 0) > observedGeneration)
    return going('Waiting for deployment spec update to be observed...');
  const progressing = conditions.find(({ type }) => type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded' && !isTrue(conditions, 'Progressing')) {
    throw new KubectlError(`deployment "${metadata.name}" exceeded its progress deadline`);
  }
  const waiting = `Waiting for deployment "${metadata.name}" rollout to finish:`;
  const wanted = spec.replicas ?? 1;
  if (updatedReplicas < wanted)
    return going(`${waiting} ${updatedReplicas} out of ${wanted} new replicas have been updated...`);
  if (replicas > updatedReplicas) {
    return going(`${waiting} ${replicas - updatedReplicas} old replicas are pending termination...`);
  }
  if (availableReplicas < updatedReplicas) {
    return going(`${waiting} ${availableReplicas} of ${updatedReplicas} updated replicas are available...`);
  }
  return { text: `deployment "${metadata.name}" successfully rolled out\n`, done: true };
}
