// scale: how many replicas, seen and set in the same way for every kind that has some.

import type { GetOptions, WriteOptions } from '../../contracts/api-client.ts';
import type { Caller, NamedTarget, PatchRequest } from '../../contracts/api-server.ts';
import type { KubeObject } from '../../model/meta.ts';
import type { Resource, ScaleView } from '../../model/resource.ts';
import type { Scale } from '../../model/scale.ts';
import { invalid } from '../../model/status.ts';
import { authorizeVerb } from '../authorize.ts';
import { decode, placeInNamespace } from '../decode.ts';
import { noSuchSubresource } from '../doors.ts';
import type { Machinery } from '../machinery.ts';
import { modify } from '../modify.ts';
import { patcher } from '../patch.ts';
import { get } from '../read.ts';
import { named } from '../update.ts';

const scaleKind = { group: 'autoscaling', version: 'v1', kind: 'Scale', plural: 'scales' } as const;

export async function getScale(
  api: Machinery,
  caller: Caller,
  target: NamedTarget,
  options?: GetOptions,
): Promise<Scale> {
  const view = viewOf(target);
  return scaleOf(view, await get(api, caller, target, options));
}

export async function updateScale(
  api: Machinery,
  caller: Caller,
  target: NamedTarget,
  body: unknown,
  options: WriteOptions = {},
): Promise<Scale> {
  await authorizeVerb(api, caller, 'update', target);
  return writeScale(api, caller, target, 'update', options, () => body);
}

export async function patchScale(
  api: Machinery,
  caller: Caller,
  target: NamedTarget,
  body: unknown,
  options: PatchRequest,
): Promise<Scale> {
  await authorizeVerb(api, caller, 'patch', target);
  const apply = patcher({ resource: { ...target.resource, ...scaleKind } as Resource }, body, options);
  return writeScale(api, caller, target, 'patch', options, apply);
}

/** @param wanted the Scale that is wanted, made from the one that stands. */
async function writeScale(
  api: Machinery,
  caller: Caller,
  target: NamedTarget,
  verb: 'update' | 'patch',
  options: WriteOptions,
  wanted: (scale: Scale) => unknown,
): Promise<Scale> {
  const view = viewOf(target);
  const next = (current: KubeObject): KubeObject => {
    const scale = named(
      target,
      placeInNamespace(target, decode(scaleKind, wanted(scaleOf(view, current)), caller, options)),
    );
    const { spec } = scale as Scale;
    const replicas = spec?.replicas ?? 0;
    if (replicas < 0) {
      const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
      throw invalid(scaleKind, target.name, [{ reason: 'FieldValueInvalid', message, field: 'spec.replicas' }]);
    }
    const { uid, resourceVersion } = scale.metadata;
    const scaled = view.withReplicas(current, replicas);
    return {
      ...scaled,
      metadata: { ...scaled.metadata, ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) },
    };
  };
  const door = (object: KubeObject) => object;
  return scaleOf(view, await modify(api, { caller, target, verb, door, dryRun: options.dryRun === true, next }));
}

function viewOf({ resource, name }: NamedTarget): ScaleView<KubeObject> {
  if (!resource.scale) throw noSuchSubresource(resource.plural, name);
  return resource.scale;
}

function scaleOf(view: ScaleView<KubeObject>, object: KubeObject): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name, ...(namespace && { namespace }), uid, resourceVersion, creationTimestamp },
    spec: { replicas: view.replicas(object) },
    status: { replicas: view.statusReplicas(object), selector: view.selector(object) },
  };
}
