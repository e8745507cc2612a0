// kubectl create -f: creates the objects of files; those that are there already are an error.

import { inFile, validation } from './apply.ts';
import type { KubectlCommand } from './command.ts';
import { isRefusal, KubectlError, unknownToUs } from './errors.ts';
import { withLastApplied } from './last-applied.ts';
import { type FileOptions, fileFlags, readManifests } from './manifests.ts';
import { type ChangeOptions, changeFlags, dryRunOf, dryRunQuery, printChange } from './output.ts';
import type { AnyObject } from './records.ts';
import { pathOf } from './resource-types.ts';
import type { Session } from './session.ts';

interface CreateOptions extends FileOptions, ChangeOptions {
  readonly validate?: string;
  readonly saveConfig?: boolean;
}

export const create: KubectlCommand<CreateOptions> = {
  usage:
    '-f FILE | deployment NAME | namespace NAME | configmap NAME | secret generic NAME | service TYPE NAME | priorityclass NAME | pdb NAME',
  summary: 'creates objects',
  flags: (command) =>
    changeFlags(fileFlags(command))
      .option('--validate [mode]', 'strict, warn, ignore')
      .option('--save-config', 'so that apply can go on with them'),

  async run(session, args, options) {
    if (args.length > 0) throw unknownToUs(`create ${args.join(' ')}`);
    if (!options.filename) throw new KubectlError('must specify one of -f and -k');
    for (const { type, object, namespace, from } of await readManifests(session, options)) {
      try {
        const wanted = options.saveConfig ? withLastApplied(object) : object;
        const query = { fieldManager: 'kubectl-create', fieldValidation: validation(options), ...dryRunQuery(options) };
        const send = () => session.server.send<AnyObject>('POST', pathOf(type, namespace), { query, body: wanted });
        await printChange(session, dryRunOf(options) === 'client' ? wanted : await send(), 'created', options);
      } catch (error) {
        session.fail(inFile(error, 'creating', from));
      }
    }
  },
};

/** Creates an object that a command made. @throws ApiError with the words of `kubectl create` */
export async function createObject(session: Session, object: AnyObject, options: ChangeOptions): Promise<void> {
  const { apiVersion, kind, metadata } = object;
  if (dryRunOf(options) === 'client') return printChange(session, object, 'created', options);
  const type = (await session.types()).of({ apiVersion, kind, name: metadata.name }, 'the command line');
  const path = pathOf(type, metadata.namespace ?? session.namespace);
  const query = { fieldManager: 'kubectl-create', fieldValidation: 'Strict', ...dryRunQuery(options) };
  try {
    await printChange(
      session,
      await session.server.send<AnyObject>('POST', path, { query, body: object }),
      'created',
      options,
    );
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new KubectlError(`failed to create ${kind.toLowerCase()}: ${error.message}`);
  }
}

/** The one name that a command wants. @throws KubectlError */
export function oneName(args: readonly string[]): string {
  if (args.length !== 1) throw new KubectlError(`exactly one NAME is required, got ${args.length}`);
  return args[0]!;
}

/** Metadata as kubectl writes it, in the order of the real one's output. */
export const metadataOf = (session: Session, name: string, more: object = {}): AnyObject['metadata'] =>
  ({
    creationTimestamp: null,
    ...more,
    name,
    // -n is written down; without it the object goes where the session works.
    ...(session.namespaceGiven && { namespace: session.namespace }),
  }) as unknown as AnyObject['metadata'];
