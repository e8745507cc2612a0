// Patch: the client sends what is to be different. Unless it says which state it means (metadata.resourceVersion in the
// patch), it is made again on the newer state when somebody else was faster: modify.ts does that.

import type { Caller, NamedTarget, PatchRequest } from '../contracts/api-server.ts';
import type { KubeObject } from '../model/meta.ts';
import { apiVersionOf } from '../model/resource.ts';
import { schemaOf } from '../model/schema.ts';
import { ApiError, badRequest, invalid } from '../model/status.ts';
import { checkDepth } from '../model/validation.ts';
import { authorizeVerb } from './authorize.ts';
import { decode, placeInNamespace } from './decode.ts';
import { doorOf } from './doors.ts';
import { isRecord } from './json.ts';
import type { Machinery } from './machinery.ts';
import { modify } from './modify.ts';
import { applyJsonPatch } from './patches/json-patch.ts';
import { mergePatch } from './patches/merge-patch.ts';
import { strategicMergePatch } from './patches/strategic-merge-patch.ts';
import { named } from './update.ts';

export async function patch(
  api: Machinery,
  caller: Caller,
  target: NamedTarget,
  body: unknown,
  options: PatchRequest,
): Promise<KubeObject> {
  await authorizeVerb(api, caller, 'patch', target);
  checkDepth(body);
  const { resource } = target;
  const apply = patcher(target, body, options);
  const next = (current: KubeObject): KubeObject => {
    const patched = apply(current);
    try {
      return named(target, placeInNamespace(target, decode(resource, patched, caller, options)));
    } catch (error) {
      if (!(error instanceof ApiError) || !error.message.includes('strict decoding error')) throw error;
      const why = error.message.slice(error.message.indexOf('strict decoding error'));
      const message = `Invalid value: ${JSON.stringify(JSON.stringify(body))}: ${why}`;
      throw invalid(resource, target.name, [{ reason: 'FieldValueInvalid', message, field: 'patch' }]);
    }
  };
  return modify(api, { caller, target, verb: 'patch', door: doorOf(target), dryRun: options.dryRun === true, next });
}

/** How to make the patched state of an object. @throws ApiError 400 or 415 */
export function patcher(
  { resource }: Pick<NamedTarget, 'resource'>,
  body: unknown,
  { type }: Pick<PatchRequest, 'type'>,
): (current: object) => unknown {
  switch (type) {
    case 'json':
      return (current) => applyJsonPatch(current, body);
    case 'merge':
      if (!isRecord(body)) throw badRequest(`json: cannot unmarshal the merge patch: it is no object`);
      return (current) => mergePatch(current, body);
    case 'strategic': {
      const schema = schemaOf(resource.group, resource.version, resource.kind);
      if (!schema) {
        const message = `the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json (${apiVersionOf(resource)} ${resource.kind} has no strategic merge patch)`;
        throw new ApiError(415, 'UnsupportedMediaType', message);
      }
      return (current) => strategicMergePatch(current, body, schema);
    }
  }
}
