// kubectl scale: how many replicas there should be.

import { ApiError } from '../../../core/model/status.ts';
import type { KubectlCommand } from './command.ts';
import { KubectlError } from './errors.ts';
import { fileFlags } from './manifests.ts';
import { type ChangeOptions, changeFlags, dryRunOf, dryRunQuery, printChange } from './output.ts';
import { isRecord } from './records.ts';
import { pathOf } from './resource-types.ts';
import { type SelectionOptions, select, selectorFlags, visit } from './selection.ts';

interface Options extends ChangeOptions, SelectionOptions {
  readonly replicas?: string;
  readonly currentReplicas?: string;
}

export const scale: KubectlCommand<Options> = {
  usage: '(TYPE NAME | TYPE/NAME | -f FILE) --replicas=COUNT [flags]',
  summary: 'sets how many replicas there should be',
  flags: (command) =>
    selectorFlags(changeFlags(fileFlags(command)))
      .option('--replicas <n>', 'how many')
      .option('--current-replicas <n>', 'only if there are so many now')
      .option('--all', 'all of the type')
      .option('--timeout <time>', 'taken, and without effect'),

  async run(session, args, options) {
    if (options.replicas === undefined) throw new KubectlError('required flag(s) "replicas" not set');
    const replicas = Number(options.replicas);
    if (!(replicas >= 0))
      throw new KubectlError('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0');
    let count = 0;
    for await (const { type, object } of visit(session, await select(session, args, options), options)) {
      count += 1;
      const now = isRecord(object.spec) ? object.spec.replicas : undefined;
      const { currentReplicas } = options;
      if (currentReplicas !== undefined && Number(currentReplicas) !== now) {
        session.fail(new KubectlError(`Expected replicas to be ${currentReplicas}, was ${now}`));
        continue;
      }
      if (!type.subresources.includes('scale')) {
        session.fail(new ApiError(404, 'NotFound', 'the server could not find the requested resource'));
        continue;
      }
      try {
        if (dryRunOf(options) !== 'client') {
          const path = pathOf(type, object.metadata.namespace, object.metadata.name, 'scale');
          const query = { fieldManager: 'kubectl-scale', ...dryRunQuery(options) };
          await session.server.send('PATCH', path, {
            query,
            body: { spec: { replicas } },
            type: 'application/merge-patch+json',
          });
        }
        await printChange(session, object, 'scaled', options);
      } catch (error) {
        session.fail(error);
      }
    }
    if (count === 0) {
      const why = session.failures.splice(0).map((error) => ` ${error instanceof Error ? error.message : error}`);
      throw new KubectlError(`no objects passed to scale${why.join('')}`);
    }
  },
};
