// Doors: which part of an object a request may write. What a door keeps out is taken from what stands.

import type { NamedTarget } from '../contracts/api-server.ts';
import type { KubeObject } from '../model/meta.ts';
import { revise } from '../model/revise.ts';
import { ApiError } from '../model/status.ts';
import type { Door } from './modify.ts';

type WithStatus = KubeObject & { readonly status?: unknown; readonly spec?: unknown };

/** Everything but the status, where the status has a door of its own. */
const main: Door = (next, current) => withStatus(next, (current as WithStatus).status);

/** The status and nothing else. */
const status: Door = (next, current) => withStatus(current, (next as WithStatus).status);

/** Of a namespace, `spec.finalizers` alone: how its controller says that it is empty. */
const finalize: Door = (next, current) =>
  ({
    ...current,
    spec: {
      ...((current as WithStatus).spec as object),
      finalizers: (next as { spec?: { finalizers?: unknown } }).spec?.finalizers ?? [],
    },
  }) as KubeObject;

const whole: Door = (next) => next;

/** The door that a target names. @throws ApiError 404 when the kind has no such subresource. */
export function doorOf({ resource, subresource, name }: NamedTarget): Door {
  if (subresource === undefined) return resource.hasStatus ? main : whole;
  if (subresource === 'status' && resource.hasStatus) return status;
  if (subresource === 'finalize' && resource.kind === 'Namespace') return finalize;
  throw noSuchSubresource(resource.plural, name);
}

/** Kubernetes' answer to a path that is none. */
export const noSuchSubresource = (plural: string, name: string): ApiError =>
  new ApiError(404, 'NotFound', 'the server could not find the requested resource', { name, kind: plural });

function withStatus(object: KubeObject, value: unknown): KubeObject {
  if (value !== undefined) return revise(object as WithStatus, { status: value });
  const { status: _, ...rest } = object as WithStatus;
  return rest;
}
