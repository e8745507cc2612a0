// kubectl describe: everything about objects that a person wants to read, with the news about them.
// The kinds listed here have a form of their own; all others are told field by field, as kubectl does for kinds that it does
// not know.

import type { KubectlCommand } from './command.ts';
import { isRefusal, KubectlError } from './errors.ts';
import { fileFlags } from './manifests.ts';
import type { AnyObject } from './records.ts';
import { objectsOf, type SelectionOptions, select, selectorFlags, type Target } from './selection.ts';
import type { Session } from './session.ts';
import { tabbed } from './tab-writer.ts';

/** The text with its tab stops. */
export type Describer = (session: Session, object: AnyObject) => Promise<string>;

const describers: Readonly<Record<string, () => Promise<Describer>>> = {
  'v1/Pod': async () => (await import('./describe-pod.ts')).describePod as unknown as Describer,
  'apps/v1/Deployment': async () =>
    (await import('./describe-deployment.ts')).describeDeployment as unknown as Describer,
  'apps/v1/ReplicaSet': async () =>
    (await import('./describe-replica-set.ts')).describeReplicaSet as unknown as Describer,
  'v1/Service': async () => (await import('./describe-service.ts')).describeService as unknown as Describer,
  'v1/Node': async () => (await import('./describe-node.ts')).describeNode as unknown as Describer,
  'v1/ConfigMap': async () => (await import('./describe-data.ts')).describeConfigMap,
  'v1/Secret': async () => (await import('./describe-data.ts')).describeSecret,
  'v1/Namespace': async () => (await import('./describe-data.ts')).describeNamespace,
  'v1/PersistentVolume': async () =>
    (await import('./describe-storage.ts')).describePersistentVolume as unknown as Describer,
  'v1/PersistentVolumeClaim': async () =>
    (await import('./describe-storage.ts')).describePersistentVolumeClaim as unknown as Describer,
  'storage.k8s.io/v1/StorageClass': async () =>
    (await import('./describe-storage.ts')).describeStorageClass as unknown as Describer,
  'scheduling.k8s.io/v1/PriorityClass': async () =>
    (await import('./describe-priority.ts')).describePriorityClass as unknown as Describer,
  'policy/v1/PodDisruptionBudget': async () =>
    (await import('./describe-priority.ts')).describeDisruptionBudget as unknown as Describer,
};

export const describe: KubectlCommand<SelectionOptions> = {
  usage: '(TYPE [NAME_PREFIX | -l label] | TYPE/NAME | -f FILE) [flags]',
  summary: 'tells all about objects',
  flags: (command) =>
    selectorFlags(fileFlags(command))
      .option('-A, --all-namespaces', 'in all namespaces')
      .option('--show-events', 'taken, and without effect'),

  async run(session, args, options) {
    if (args.length === 0 && !options.filename) {
      throw new KubectlError(
        'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.',
      );
    }
    let told = 0;
    for (const target of await select(session, args, options)) {
      try {
        const { objects, exact } = await meant(session, target, options);
        for (const object of objects) {
          const make = describers[`${object.apiVersion}/${object.kind}`];
          const describer = make ? await make() : (await import('./describe-general.ts')).describeGeneral;
          const text = tabbed(await describer(session, object), { padding: 2 });
          session.terminal.out(exact ? `${told === 0 ? '' : '\n\n'}${text}` : `${text}\n`);
          told += 1;
        }
      } catch (error) {
        session.fail(error);
      }
    }
    if (told === 0 && session.exitCode === 0) {
      session.warn(
        options.allNamespaces ? 'No resources found' : `No resources found in ${session.namespace} namespace.`,
      );
    }
  },
};

/** The object of that name, or else all whose names begin so. */
async function meant(session: Session, target: Target, options: SelectionOptions): Promise<Meant> {
  try {
    return { objects: await objectsOf(session, target, options), exact: true };
  } catch (error) {
    const { name: prefix, ...all } = target;
    if (!isRefusal(error, 'NotFound') || prefix === undefined) throw error;
    const found = (await objectsOf(session, all)).filter(({ metadata }) => metadata.name.startsWith(prefix));
    if (found.length === 0) throw error;
    return { objects: found, exact: false };
  }
}

interface Meant {
  readonly objects: readonly AnyObject[];
  readonly exact: boolean;
}
