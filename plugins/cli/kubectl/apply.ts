// kubectl apply: makes objects as the files say: creates those that are not there, patches those that are otherwise.
//   created      was not there
//   configured   a patch was sent
//   unchanged    the patch is empty, nothing was sent

import { schemaOf } from '../../../core/model/schema.ts';
import { ApiError } from '../../../core/model/status.ts';
import type { KubectlCommand } from './command.ts';
import { isRefusal, KubectlError, unknownToUs } from './errors.ts';
import { goJson } from './go-json.ts';
import { lastApplied, withLastApplied } from './last-applied.ts';
import { type FileOptions, fileFlags, type Manifest, readManifests } from './manifests.ts';
import { type ChangeOptions, changeFlags, dryRunOf, dryRunQuery, printChange } from './output.ts';
import type { AnyObject } from './records.ts';
import { pathOf } from './resource-types.ts';
import type { Session } from './session.ts';
import { threeWayPatch } from './three-way-patch.ts';

export interface ApplyOptions extends FileOptions, ChangeOptions {
  readonly validate?: string;
}

export const fieldManager = 'kubectl-client-side-apply';

export const apply: KubectlCommand<ApplyOptions> = {
  usage: '-f FILE [flags]',
  summary: 'makes objects as files say',
  flags: (command) => changeFlags(fileFlags(command)).option('--validate [mode]', 'strict, warn, ignore'),

  async run(session, args, options) {
    if (args.length > 0) throw unknownToUs(`apply ${args[0]}`);
    if (!options.filename) throw new KubectlError('must specify one of -f and -k');
    const manifests = await readManifests(session, options);
    if (manifests.length === 0) throw new KubectlError('no objects passed to apply');
    for (const manifest of manifests) {
      try {
        await applyOne(session, manifest, options);
      } catch (error) {
        session.fail(error);
      }
    }
  },
};

async function applyOne(session: Session, manifest: Manifest, options: ApplyOptions): Promise<void> {
  const { type, object, namespace } = manifest;
  const { name } = object.metadata;
  if (!name) {
    throw new KubectlError(
      `error when retrieving current configuration of:\n${described(manifest)}\nfrom server for: "${manifest.from}": resource name may not be empty`,
    );
  }
  const path = pathOf(type, namespace, name);
  const live = await session.server.get<AnyObject>(path).catch((error: unknown) => {
    if (isRefusal(error, 'NotFound')) return undefined;
    throw inFile(
      error,
      `retrieving current configuration of:\n${described(manifest)}\nfrom server for:`,
      manifest.from,
    );
  });
  const wanted = withLastApplied(object);
  const client = dryRunOf(options) === 'client';
  const query = { fieldManager, fieldValidation: validation(options), ...dryRunQuery(options) };
  if (!live) {
    const sent = client
      ? wanted
      : await session.server
          .send<AnyObject>('POST', pathOf(type, namespace), { query, body: wanted })
          .catch((error: unknown) => {
            throw inFile(error, 'creating', manifest.from);
          });
    return printChange(session, sent, 'created', options);
  }
  const last = lastApplied(live);
  if (!last) session.warn(withoutAnnotation(type.plural, name));
  const schema = schemaOf(type.group, type.version, type.kind);
  const patch = threeWayPatch(last ?? {}, wanted, live, schema);
  if (Object.keys(patch).length === 0) return printChange(session, live, 'unchanged', options);
  if (client) return printChange(session, live, 'configured', options);
  const content = schema ? 'application/strategic-merge-patch+json' : 'application/merge-patch+json';
  const patched = await session.server
    .send<AnyObject>('PATCH', path, { query, body: patch, type: content })
    .catch((error: unknown) => {
      throw inFile(error, `applying patch:\n${goJson(patch)}\nto:\n${described(manifest)}\nfor:`, manifest.from);
    });
  await printChange(session, patched, 'configured', options);
}

const described = ({ type, object, namespace = '' }: Manifest): string =>
  `Resource: "${type.group === '' ? '/' : `${type.group}/`}${type.version}, Resource=${type.plural}", GroupVersionKind: "${type.group === '' ? '/' : `${type.group}/`}${type.version}, Kind=${type.kind}"\nName: "${object.metadata.name ?? ''}", Namespace: "${namespace}"`;

const withoutAnnotation = (plural: string, name: string): string =>
  `Warning: resource ${plural}/${name} is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.`;

/** What the server is to do about fields that it does not know. */
export function validation({ validate = 'true' }: { readonly validate?: string }): string {
  const modes: Record<string, string> = {
    true: 'Strict',
    strict: 'Strict',
    warn: 'Warn',
    false: 'Ignore',
    ignore: 'Ignore',
  };
  const mode = Object.hasOwn(modes, validate) ? modes[validate] : undefined;
  if (!mode) throw new KubectlError(`invalid validation directive: ${validate}`);
  return mode;
}

/** The server's refusal of an object, with the file that it came from. */
export function inFile(error: unknown, doing: string, from: string): unknown {
  if (!isRefusal(error)) return error;
  return ApiError.from({ ...error.status, message: `error when ${doing} "${from}": ${error.message}` });
}
