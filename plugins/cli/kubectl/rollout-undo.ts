// kubectl rollout undo: gives a deployment the template that it had before.

import type { Deployment } from '../../../core/model/deployment.ts';
import type { KubectlCommand } from './command.ts';
import { KubectlError } from './errors.ts';
import { type ChangeOptions, changeFlags, dryRunOf, dryRunQuery, printChange } from './output.ts';
import { type AnyObject, sameJson } from './records.ts';
import { pathOf } from './resource-types.ts';
import { type Revision, revisionAnnotation, revisionsOf, templateOf } from './revisions.ts';
import { type SelectionOptions, select, selectorFlags, visit } from './selection.ts';

interface Options extends ChangeOptions, SelectionOptions {
  readonly toRevision: string;
}

export const rolloutUndo: KubectlCommand<Options> = {
  usage: '(TYPE NAME | TYPE/NAME) [--to-revision=N] [flags]',
  summary: 'goes back to an earlier rollout',
  flags: (command) =>
    selectorFlags(changeFlags(command)).option('--to-revision <n>', 'which one; the last unless told', '0'),

  async run(session, args, options) {
    for await (const { type, object } of visit(session, await select(session, args, options), options)) {
      if (type.kind !== 'Deployment') throw new KubectlError(`no rollbacker has been implemented for "${type.kind}"`);
      const deployment = object as unknown as Deployment;
      const { name, namespace } = object.metadata;
      const found = target(await revisionsOf(session, deployment), deployment, Number(options.toRevision));
      if (deployment.spec.paused) {
        throw new KubectlError(
          `you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again`,
        );
      }
      const template = templateOf(found);
      if (sameJson(template, deployment.spec.template)) {
        session.print(
          `deployment.apps/${name} skipped rollback (current template already matches revision ${found.number})`,
        );
        continue;
      }
      const body = [
        { op: 'replace', path: '/spec/template', value: template },
        { op: 'replace', path: '/metadata/annotations', value: annotationsAfter(deployment, found) },
      ];
      const query = { fieldManager: 'kubectl-rollout', ...dryRunQuery(options) };
      const send = () =>
        session.server.send<AnyObject>('PATCH', pathOf(type, namespace, name), {
          query,
          body,
          type: 'application/json-patch+json',
        });
      await printChange(session, dryRunOf(options) === 'client' ? object : await send(), 'rolled back', options);
    }
  },
};

/** @throws KubectlError when there is none to go back to */
function target(revisions: readonly Revision[], { metadata }: Deployment, wanted: number): Revision {
  if (revisions.length === 0 || (wanted === 0 && revisions.length === 1))
    throw new KubectlError(`no rollout history found for deployment "${metadata.name}"`);
  const found = wanted > 0 ? revisions.find(({ number }) => number === wanted) : revisions.at(-2);
  if (!found) throw new KubectlError(`unable to find specified revision ${wanted} in history`);
  return found;
}

/** What stays the deployment's own; everything else comes from the replica set that is gone back to. */
const ofTheDeployment = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
]);

function annotationsAfter({ metadata }: Deployment, { replicaSet }: Revision): Record<string, string> {
  const kept = Object.entries(metadata.annotations ?? {}).filter(([key]) => ofTheDeployment.has(key));
  const taken = Object.entries(replicaSet.metadata.annotations ?? {}).filter(([key]) => !ofTheDeployment.has(key));
  return Object.fromEntries([...kept, ...taken]);
}
