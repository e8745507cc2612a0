// kubectl delete: deletes objects, and waits until they are gone.

import type { KubectlCommand } from './command.ts';
import { isRefusal, KubectlError } from './errors.ts';
import { gone } from './gone.ts';
import { fileFlags } from './manifests.ts';
import { type ChangeOptions, changeFlags, dryRunOf } from './output.ts';
import { pathOf, typeName } from './resource-types.ts';
import { type Found, objectsOf, type SelectionOptions, select, selectorFlags, type Target } from './selection.ts';
import type { Session } from './session.ts';
import { timeLimit } from './time-limit.ts';

interface Options extends ChangeOptions, SelectionOptions {
  readonly gracePeriod: string;
  readonly force?: boolean;
  readonly now?: boolean;
  readonly wait: boolean;
  readonly ignoreNotFound?: boolean;
  readonly cascade: string;
  readonly timeout?: string;
}

export const deleteObjects: KubectlCommand<Options> = {
  usage: '(TYPE [NAME...] [-l label | --all] | TYPE/NAME ... | -f FILE) [flags]',
  summary: 'deletes objects',
  flags: (command) =>
    selectorFlags(changeFlags(fileFlags(command)))
      .option('--field-selector <fields>', 'only objects with these fields')
      .option('-A, --all-namespaces', 'in all namespaces')
      .option('--all', 'all of the type')
      .option('--grace-period <seconds>', 'time that pods have to end; -1: what they say', '-1')
      .option('--force', 'without waiting for the node, with --grace-period=0')
      .option('--now', 'one second')
      .option('--no-wait', 'do not wait until they are gone')
      .option('--ignore-not-found', 'what is missing is no error')
      .option('--cascade [how]', 'background, foreground, orphan', 'background')
      .option('--timeout <time>', 'how long to wait: 30s, 5m'),

  async run(session, args, options) {
    const seconds = graceOf(options);
    const bounded = options.all || options.selector || options.fieldSelector;
    const targets = await select(session, args, options);
    if (!bounded && targets.some(({ name }) => name === undefined)) {
      throw new KubectlError('resource(s) were provided, but no name was specified');
    }
    if (options.force && seconds === 0) {
      session.warn(
        'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.',
      );
    }
    const deleted: Found[] = [];
    for (const target of targets) deleted.push(...(await deleteTarget(session, target, options, seconds)));
    if (deleted.length === 0 && session.exitCode === 0) session.print('No resources found');
    if (!options.wait || dryRunOf(options) !== 'none') return;
    const signal = timeLimit(options.timeout, session.terminal.signal);
    for (const found of deleted) await gone(session, found, signal);
  },
};

/** Seconds that pods have to end; undefined: what they say themselves. */
function graceOf({ gracePeriod, force, now }: Options): number | undefined {
  const said = Number(gracePeriod);
  if (now) return 1;
  if (said < 0) return force ? 0 : undefined;
  // In kubectl too: 0 is meant only together with --force.
  return said === 0 && !force ? 1 : said;
}

async function deleteTarget(
  session: Session,
  target: Target,
  options: Options,
  seconds: number | undefined,
): Promise<Found[]> {
  const { type } = target;
  const deleted: Found[] = [];
  const mode = dryRunOf(options);
  const policies: Record<string, string> = {
    background: 'Background',
    true: 'Background',
    foreground: 'Foreground',
    orphan: 'Orphan',
    false: 'Orphan',
  };
  const propagationPolicy = policies[options.cascade];
  if (!propagationPolicy)
    throw new KubectlError(
      `invalid cascade value (${options.cascade}). Must be "background", "foreground", or "orphan"`,
    );
  try {
    for (const object of await objectsOf(session, target, options)) {
      const { name, namespace } = object.metadata;
      const body = {
        propagationPolicy,
        ...(seconds !== undefined && { gracePeriodSeconds: seconds }),
        ...(mode === 'server' && { dryRun: ['All'] }),
      };
      if (mode !== 'client') await session.server.send('DELETE', pathOf(type, namespace, name), { body });
      deleted.push({ type, object });
      const how = options.force && seconds === 0 ? 'force deleted' : 'deleted';
      const dry = mode === 'client' ? ' (dry run)' : mode === 'server' ? ' (server dry run)' : '';
      session.print(
        options.output === 'name' ? `${typeName(type)}/${name}` : `${typeName(type)} "${name}" ${how}${dry}`,
      );
    }
  } catch (error) {
    if (!(options.ignoreNotFound && isRefusal(error, 'NotFound'))) session.fail(error);
  }
  return deleted;
}
