// OpenAPI v3: one document a group and version, and an index that names each with a hash of what is in it, so that clients
// keep what they have read. kubectl looks here whether the server validates fields (`create -f`, `apply`), how lists
// merge (`apply`), and what fields there are (`explain`).
// Always true: a document is made when it is first asked for, and once.

import { createHash } from 'node:crypto';
import type { GroupVersionKind } from '../../core/model/resource.ts';
import { schemaOf } from '../../core/model/schema.ts';
import { SchemaCollection } from './openapi-schemas.ts';
import type { GroupVersion, Served } from './served.ts';
import { kubernetesVersion } from './version.ts';

interface Document {
  readonly text: string;
  readonly hash: string;
}

const json = 'application/json';
const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
];

export class OpenApi {
  readonly #groups: readonly GroupVersion[];
  readonly #documents = new Map<string, Document>();

  constructor(groups: readonly GroupVersion[]) {
    this.#groups = groups;
  }

  /** GET /openapi/v3 */
  index(): object {
    const paths = this.#groups.map((group) => {
      const path = pathOf(group);
      return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${this.document(path)?.hash}` }];
    });
    return { paths: Object.fromEntries(paths) };
  }

  /** @param path `api/v1`, `apis/apps/v1`; undefined when nothing of that name is served */
  document(path: string): Document | undefined {
    const known = this.#documents.get(path);
    if (known) return known;
    const group = this.#groups.find((one) => pathOf(one) === path);
    if (!group) return undefined;
    const text = JSON.stringify(describe(group));
    const document = { text, hash: createHash('sha256').update(text).digest('hex').slice(0, 32).toUpperCase() };
    this.#documents.set(path, document);
    return document;
  }
}

const pathOf = ({ group, name }: GroupVersion): string => (group === '' ? `api/${name}` : `apis/${name}`);

function describe(group: GroupVersion): object {
  const schemas = new SchemaCollection();
  const paths = Object.fromEntries(group.resources.flatMap((served) => pathsOf(`/${pathOf(group)}`, served, schemas)));
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: kubernetesVersion.gitVersion },
    paths,
    components: { schemas: schemas.schemas },
  };
}

type Path = [string, object];

function pathsOf(root: string, served: Served, schemas: SchemaCollection): Path[] {
  const base = `${root}${served.namespaced ? '/namespaces/{namespace}' : ''}/${served.plural}`;
  const operations = new Operations(served, schemas);
  if (served.verbs.length === 1) return [[base, { post: operations.write('post', served) }]];
  const list = { get: operations.read('list') };
  const parameters = served.namespaced ? [pathParameter('namespace')] : [];
  const named = [...parameters, pathParameter('name')];
  return [
    [
      base,
      { ...list, post: operations.write('post', served), delete: operations.remove('deletecollection'), parameters },
    ],
    [`${base}/{name}`, { ...operations.whole(served), delete: operations.remove('delete'), parameters: named }],
    ...served.subresources.map(
      ({ name, responseKind, verbs }): Path => [
        `${base}/{name}/${name}`,
        {
          ...(verbs.includes('create') && { post: operations.write('post', responseKind) }),
          ...(verbs.includes('update')
            ? operations.whole(responseKind)
            : verbs.includes('get') && { get: operations.read('get') }),
          parameters: named,
        },
      ],
    ),
    ...(served.namespaced ? [[`${root}/${served.plural}`, list] as Path] : []),
  ];
}

class Operations {
  readonly #served: Served;
  readonly #schemas: SchemaCollection;

  constructor(served: Served, schemas: SchemaCollection) {
    this.#served = served;
    this.#schemas = schemas;
  }

  /** get, put and patch of an object or of a subresource that is read and written. */
  whole(kind: GroupVersionKind): object {
    return { get: this.#operation('get', kind), put: this.write('put', kind), patch: this.#patch(kind) };
  }

  read(action: 'get' | 'list'): object {
    return this.#operation(action, this.#served, action === 'list' ? listParameters : []);
  }

  write(action: 'post' | 'put', kind: GroupVersionKind): object {
    const requestBody = { required: true, content: { '*/*': { schema: this.#schemas.kind(kind) } } };
    return { ...this.#operation(action, kind, writeParameters), requestBody };
  }

  remove(action: 'delete' | 'deletecollection'): object {
    const options = this.#schemas.kind({ group: 'meta.k8s.io', version: 'v1', kind: 'DeleteOptions' });
    const requestBody = { content: { '*/*': { schema: options } } };
    return { ...this.#operation(action, this.#served, deleteParameters), requestBody };
  }

  #patch(kind: GroupVersionKind): object {
    const schema = { type: 'object' };
    // Clients take this for what the server takes: how lists merge is known of kinds with a schema.
    const strategic = schemaOf(kind.group, kind.version, kind.kind) !== undefined;
    const types = patchTypes.filter((type) => strategic || !type.includes('strategic'));
    const requestBody = { required: true, content: Object.fromEntries(types.map((type) => [type, { schema }])) };
    return { ...this.#operation('patch', kind, writeParameters), requestBody };
  }

  #operation(action: string, { group, version, kind }: GroupVersionKind, parameters: readonly object[] = []): object {
    const schema = this.#schemas.kind({ group, version, kind });
    return {
      parameters,
      responses: { '200': { description: 'OK', content: { [json]: { schema } } } },
      'x-kubernetes-action': action,
      'x-kubernetes-group-version-kind': { group, version, kind },
    };
  }
}

const pathParameter = (name: string) => ({
  name,
  in: 'path',
  required: true,
  schema: { type: 'string', uniqueItems: true },
});

const queryParameters = (type: string, names: readonly string[]) =>
  names.map((name) => ({ name, in: 'query', schema: { type, uniqueItems: true } }));

const writeParameters = queryParameters('string', ['dryRun', 'fieldManager', 'fieldValidation']);
const deleteParameters = [
  ...queryParameters('string', ['dryRun', 'propagationPolicy']),
  ...queryParameters('integer', ['gracePeriodSeconds']),
];
const listParameters = [
  ...queryParameters('string', [
    'continue',
    'fieldSelector',
    'labelSelector',
    'resourceVersion',
    'resourceVersionMatch',
  ]),
  ...queryParameters('integer', ['limit', 'timeoutSeconds']),
  ...queryParameters('boolean', ['allowWatchBookmarks', 'sendInitialEvents', 'watch']),
];
