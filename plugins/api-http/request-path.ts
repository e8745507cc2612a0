// Request path: what a URL's path is about, as Kubernetes' RequestInfo (apiserver, pkg/endpoints/request).
//   /api/v1/namespaces/default/pods/web/log    the log of a pod
//   /apis/apps/v1/deployments                  deployments of all namespaces
// Always true: names come out decoded, and none is '.', '..' or holds '/' or '%'.

import { ApiError, badRequest } from '../../core/model/status.ts';

export type RequestPath =
  | {
      readonly about: 'resource';
      readonly group: string;
      readonly version: string;
      readonly plural: string;
      readonly namespace: string | undefined;
      readonly name: string | undefined;
      readonly subresource: string | undefined;
    }
  /** `/api`, `/apis`, `/apis/apps`, `/apis/apps/v1` */
  | { readonly about: 'discovery'; readonly root: 'api' | 'apis'; readonly group?: string; readonly version?: string }
  /** Whatever else: `/version`. */
  | { readonly about: 'path' };

/** Kubernetes' answer to a path that leads nowhere. */
export const notThere = (): ApiError =>
  new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});

/** Subresources of namespaces; any other third segment below `namespaces` is a kind in that namespace. */
const ofNamespaces = new Set(['status', 'finalize']);

/** @throws ApiError 400 for escapes that do not decode and for names that no object can have. */
export function parsePath(path: string): RequestPath {
  const segments = path.split('/').slice(1);
  if (segments.at(-1) === '') segments.pop();
  const root = segments.shift();
  if (root !== 'api' && root !== 'apis') return { about: 'path' };
  // `//api` and `/api//pods` lead nowhere; nothing is tidied up on the way.
  if (segments.includes('')) throw notThere();
  const decoded = segments.map(decode);
  const group = root === 'apis' ? decoded.shift() : '';
  if (group === undefined) return { about: 'discovery', root };
  const version = decoded.shift();
  if (version === undefined) return { about: 'discovery', root, ...(root === 'apis' && { group }) };
  const first = decoded[0];
  if (first === undefined) return { about: 'discovery', root, group, version };

  if (first !== 'namespaces' || decoded.length < 3 || (decoded.length === 3 && ofNamespaces.has(decoded[2] ?? '')))
    return resource(group, version, decoded);
  const namespace = decoded[1] ?? '';
  checkSegment('Namespace', namespace);
  return resource(group, version, decoded.slice(2), namespace);
}

function resource(group: string, version: string, segments: string[], namespace?: string): RequestPath {
  const [plural = '', name] = segments;
  if (name !== undefined) checkSegment('Name', name);
  const subresource = segments.length > 2 ? segments.slice(2).join('/') : undefined;
  return { about: 'resource', group, version, plural, namespace, name, subresource };
}

function decode(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest(`invalid URL escape in the path segment ${JSON.stringify(segment)}`);
  }
}

/** As apimachinery's IsValidPathSegmentName. */
function checkSegment(what: 'Name' | 'Namespace', value: string): void {
  const wrong =
    value === '.' || value === '..'
      ? `may not be '${value}'`
      : value.includes('/')
        ? "may not contain '/'"
        : value.includes('%') && "may not contain '%'";
  if (wrong) throw badRequest(`${what} parameter invalid: ${JSON.stringify(value)}: ${wrong}`);
}
