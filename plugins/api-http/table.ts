// Table: what `kubectl get` prints. The server chooses columns and cells; the client only aligns them
// (meta.k8s.io/v1 Table; apiserver, pkg/endpoints/handlers/response.go).

import type { Target } from '../../core/contracts/api-server.ts';
import { age } from '../../core/model/ages.ts';
import type { KubeObject } from '../../core/model/meta.ts';
import type { Column, Resource } from '../../core/model/resource.ts';
import type { Scale } from '../../core/model/scale.ts';
import { badRequest } from '../../core/model/status.ts';

/** How much of the object each row carries besides its cells. */
export type Include = 'None' | 'Metadata' | 'Object';

/** @throws ApiError 400 */
export function includeOf(query: URLSearchParams): Include {
  const include = query.get('includeObject') || 'Metadata';
  if (include === 'None' || include === 'Metadata' || include === 'Object') return include;
  throw badRequest(`unrecognized includeObject value: ${JSON.stringify(include)}`);
}

/** For kinds without a printer (apiserver, pkg/registry/rest/table.go). */
const plainColumns: readonly Column[] = [
  { name: 'Name', type: 'string', format: 'name', cell: (object) => object.metadata.name },
  { name: 'Created At', type: 'date', cell: (object) => object.metadata.creationTimestamp },
];

/** `kubectl get deployment web --subresource=scale` (kubernetes/pkg/printers/internalversion, printScale). */
const scaleColumns: readonly Column<Scale>[] = [
  { name: 'Name', type: 'string', format: 'name', cell: ({ metadata }) => metadata.name },
  { name: 'Desired', type: 'integer', cell: ({ spec }) => spec?.replicas ?? 0 },
  { name: 'Available', type: 'integer', cell: ({ status }) => status?.replicas ?? 0 },
  { name: 'Age', type: 'string', cell: ({ metadata }, now) => age(metadata.creationTimestamp, now) },
];

/** What a target's answers look like as rows: the resource, or its Scale. */
export const shownAs = ({ resource, subresource }: Target): Resource =>
  subresource === 'scale' ? { ...resource, columns: scaleColumns as unknown as readonly Column[] } : resource;

export const columnsOf = (resource: Resource): readonly Column[] => resource.columns ?? plainColumns;

export const columnDefinitions = (resource: Resource): object[] =>
  columnsOf(resource).map(({ name, type, format = '', description = '', priority = 0 }) => ({
    name,
    type,
    format,
    description,
    priority,
  }));

export interface RowOptions {
  readonly include: Include;
  /** Milliseconds; ages are counted from it. */
  readonly now: number;
  /** Of meta.k8s.io, for the objects in rows. */
  readonly version: string;
}

export function rowOf(resource: Resource, object: KubeObject, { include, now, version }: RowOptions): object {
  const cells = columnsOf(resource).map((column) => column.cell(object, now));
  if (include === 'None') return { cells };
  return { cells, object: include === 'Object' ? object : partial(object, version) };
}

/** An object without its body: kind PartialObjectMetadata. */
export const partial = (object: KubeObject, version = 'v1'): KubeObject => ({
  kind: 'PartialObjectMetadata',
  apiVersion: `meta.k8s.io/${version}`,
  metadata: object.metadata,
});
