// Selection: which objects a command line means.
//   pods   pods web-1 web-2   pod/web-1 svc/web   deploy,svc   all   pods -l app=web   -f FILE
// Always true: targets are in the order in which they were said; nothing is asked of the server but what it serves.

import type { Command } from 'commander';
import { ApiError } from '../../../core/model/status.ts';
import { isRefusal, KubectlError } from './errors.ts';
import { type FileOptions, readManifests } from './manifests.ts';
import type { AnyObject } from './records.ts';
import { pathOf, type ResourceType } from './resource-types.ts';
import type { Session } from './session.ts';

/** One object, or all of a type that the selectors let through. */
export interface Target {
  readonly type: ResourceType;
  /** undefined: all namespaces, or a type without. */
  readonly namespace: string | undefined;
  readonly name?: string;
}

export interface SelectionOptions extends FileOptions {
  readonly selector?: string;
  readonly fieldSelector?: string;
  readonly allNamespaces?: boolean;
  readonly all?: boolean;
}

export const selectorFlags = (command: Command): Command =>
  command.option('-l, --selector <labels>', 'only objects with these labels: app=web,tier!=db');

/** @throws KubectlError when the words make no sense together. */
export async function select(
  session: Session,
  args: readonly string[],
  options: SelectionOptions = {},
): Promise<Target[]> {
  if (options.filename && options.filename.length > 0) {
    return (await readManifests(session, options)).map(({ type, object, namespace }) => ({
      type,
      namespace,
      name: object.metadata.name,
    }));
  }
  if (args.length === 0) {
    throw new KubectlError(
      "You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'",
    );
  }
  const within = (type: ResourceType) => (type.namespaced && !options.allNamespaces ? session.namespace : undefined);
  if (args.some((arg) => arg.includes('/'))) {
    const targets: Target[] = [];
    for (const arg of args) {
      const [word = '', name = '', ...more] = arg.split('/');
      if (!arg.includes('/')) {
        throw new KubectlError(
          "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
        );
      }
      if (more.length > 0 || name === '' || word === '') {
        throw new KubectlError(`arguments in resource/name form must have a single resource and name`);
      }
      const type = await session.type(word);
      targets.push({ type, namespace: within(type), name });
    }
    return targets;
  }
  const [words = '', ...names] = args;
  const types = await typesOf(session, words);
  if (names.length === 0) return types.map((type) => ({ type, namespace: within(type) }));
  if (options.selector || options.fieldSelector)
    throw new KubectlError('name cannot be provided when a selector is specified');
  if (options.all) throw new KubectlError('name cannot be provided when --all is specified');
  if (options.allNamespaces) throw new KubectlError('a resource cannot be retrieved by name across all namespaces');
  return types.flatMap((type) => names.map((name) => ({ type, namespace: within(type), name })));
}

/** `pods`, `deploy,svc`, `all` */
async function typesOf(session: Session, words: string): Promise<ResourceType[]> {
  const types = await session.types();
  return [
    ...new Set(
      words.split(',').flatMap((word) => {
        const members = types.category(word);
        return members.length > 0 ? members : [types.find(word)];
      }),
    ),
  ];
}

export const targetPath = ({ type, namespace, name }: Target): string =>
  pathOf(type, namespace, ...(name === undefined ? [] : [name]));

/** An object with its type. */
export interface Found {
  readonly type: ResourceType;
  readonly object: AnyObject;
}

/** The objects that the targets mean, one request a target. What is missing is told and counted as failure. */
export async function* visit(
  session: Session,
  targets: readonly Target[],
  options: SelectionOptions = {},
): AsyncGenerator<Found> {
  for (const target of targets) {
    try {
      for (const object of await objectsOf(session, target, options)) yield { type: target.type, object };
    } catch (error) {
      session.fail(error);
    }
  }
}

/** @throws ApiError */
export async function objectsOf(
  session: Session,
  target: Target,
  options: SelectionOptions = {},
): Promise<AnyObject[]> {
  if (target.name !== undefined) return [await session.server.get<AnyObject>(targetPath(target))];
  const query = { labelSelector: options.selector, fieldSelector: options.fieldSelector };
  const list = await ask(target, options, () => session.server.get<List>(targetPath(target), query));
  const kind = { apiVersion: list.apiVersion, kind: target.type.kind };
  return (list.items ?? []).map((item) => ({ ...kind, ...item }));
}

interface List {
  readonly apiVersion: string;
  readonly items?: readonly AnyObject[];
}

/** Asks for a target; a list that is refused is named with its selectors. @throws ApiError */
export async function ask<T>({ type, name }: Target, options: SelectionOptions, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (name !== undefined || !isRefusal(error, 'BadRequest')) throw error;
    const { selector = '', fieldSelector = '' } = options;
    const what = `"${type.group}/${type.version}, Resource=${type.plural}"`;
    const which = ` that match label selector "${selector}", field selector "${fieldSelector}"`;
    const head = selector || fieldSelector ? `Unable to find ${what}${which}` : `Unable to list ${what}`;
    throw new ApiError(error.code, error.reason, `${head}: ${error.message}`);
  }
}
