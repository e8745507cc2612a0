// JSON patch (RFC 6902), by fast-json-patch. The library walks paths with plain property access, which would find what
// every object inherits (`/data/constructor/keys` is Object.keys); so each path is first walked here, on own properties.
// And it refuses `__proto__`, for fear of what plain assignment does with it, though in a ConfigMap it is a key like any
// other: so that key goes by another name while the library works.

import jsonPatch, { type Operation } from 'fast-json-patch';
import { ApiError, badRequest } from '../../model/status.ts';
import { isRecord } from '../json.ts';

const maxOperations = 10_000;
/** What `copy` may add in all, in characters of JSON; otherwise a few dozen copies double an object past any memory. */
const maxCopied = 3 * 1024 * 1024;

/** A patched copy. @throws ApiError 400, 413 or 422 */
export function applyJsonPatch(target: object, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  if (patch.length > maxOperations) {
    const message = `The allowed maximum operations in a JSON patch is ${maxOperations}, got ${patch.length}`;
    throw new ApiError(413, 'RequestEntityTooLarge', message);
  }
  const text = JSON.stringify(target);
  const odd = text.includes('"__proto__"') || JSON.stringify(patch).includes('__proto__');
  if (!odd) return apply(JSON.parse(text), patch as Operation[]);
  return renamed(apply(renamed(JSON.parse(text), '__proto__', alias), patch.map(withAlias)), alias, '__proto__');
}

/** From Unicode's private use area: nobody's key. */
const alias = '\ue000__proto__';

/** A copy in which the key goes by another name, however deep. */
function renamed(value: unknown, from: string, to: string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, from, to));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key === from ? to : key, renamed(item, from, to)]),
  );
}

function withAlias(operation: unknown): Operation {
  if (!isRecord(operation)) return operation as Operation;
  const pointer = (path: unknown) =>
    typeof path === 'string'
      ? path
          .split('/')
          .map((step) => (step === '__proto__' ? alias : step))
          .join('/')
      : path;
  const { path, from, value } = operation;
  return {
    ...operation,
    path: pointer(path),
    ...(from !== undefined && { from: pointer(from) }),
    ...(value !== undefined && { value: renamed(value, '__proto__', alias) }),
  } as Operation;
}

function apply(target: unknown, patch: readonly Operation[]): unknown {
  let document = target;
  let copied = 0;
  for (const operation of patch) {
    try {
      checkOperation(document, operation);
      if (operation.op === 'copy') {
        copied += JSON.stringify(jsonPatch.getValueByPointer(document, operation.from))?.length ?? 0;
        if (copied > maxCopied) throw new Error(`copy operations add more than ${maxCopied} characters`);
      }
      document = jsonPatch.applyOperation(document, operation, true, true, true).newDocument;
    } catch (error) {
      throw refusal(operation, error);
    }
  }
  return document;
}

function checkOperation(document: unknown, operation: Operation): void {
  if (!isRecord(operation) || typeof operation.path !== 'string') throw new Error('an operation has no path');
  const creates = operation.op === 'add' || operation.op === 'copy' || operation.op === 'move';
  walk(document, operation.path, creates);
  if ('from' in operation) walk(document, String(operation.from), false);
}

/** Follows the path along own properties. @throws Error when there is none, unless the last one may be missing. */
function walk(document: unknown, path: string, lastMayBeMissing: boolean): void {
  const steps = path.split('/').slice(1).map(jsonPatch.unescapePathComponent);
  let at: unknown = document;
  for (const [i, step] of steps.entries()) {
    const last = i === steps.length - 1;
    const there =
      typeof at === 'object' && at !== null && Object.hasOwn(at, step) && !(Array.isArray(at) && step === 'length');
    if (!there) {
      if (last && lastMayBeMissing && typeof at === 'object' && at !== null) return;
      throw new Error(`doc is missing ${last ? 'key' : 'path'}: ${path}: missing value`);
    }
    at = (at as Record<string, unknown>)[step];
  }
}

/** Kubernetes says no more than the first half; what went wrong stands in its log. */
function refusal(operation: unknown, error: unknown): ApiError {
  const { op, path } = isRecord(operation) ? operation : {};
  const [said = ''] = (error instanceof Error ? error.message : String(error))
    .replaceAll(alias, '__proto__')
    .split('\n');
  const tested = op === 'test' && said.startsWith('Test operation failed');
  const why = tested ? `testing value ${String(path)} failed` : `${String(op)} operation does not apply: ${said}`;
  return new ApiError(422, 'Invalid', `the server rejected our request due to an error in our request: ${why}`);
}
