// Validation: what is wrong with an object, before it is stored. Once a write, at the API's edge, never on watch.
//   validateObject(Pods, pod)                what is wrong with it; an empty list: nothing
//   validateObjectUpdate(Pods, next, previous)     what must not change and did
//   checkDepth(body)                         for whatever comes from outside, before anything else looks at it
// The rules: those of the class (decorators, rules.ts), those of metadata (metadata-rules.ts), those across fields
// (`validate` of the Resource). The compiled rules say yes or no (compiled-rules.ts); class-validator itself runs only
// on a no, for the words. Always true: the object is neither changed nor kept, whatever is in it.

import { type ValidationError, validateSync } from 'class-validator';
import { invalidValue, type Problem, under } from './causes.ts';
import { accepts, viewOf } from './compiled-rules.ts';
import type { KubeObject } from './meta.ts';
import { metadataProblems, metadataUpdateProblems } from './metadata-rules.ts';
import type { Resource } from './resource.ts';
import { ApiError, badRequest, type Cause } from './status.ts';

/** How deep an object may be nested. */
export const maxDepth = 100;

/** How much text an object may hold, in UTF-16 units: what a request may hold in bytes, in Kubernetes. */
export const maxSize = 3 * 1024 * 1024;

/**
 * Refuses what is nested too deep or too big to be looked at safely.
 * @throws ApiError 400 or 413
 */
export function checkDepth(value: unknown): void {
  const size = measure(value, 0);
  if (size < 0) throw badRequest(`the object is nested more than ${maxDepth} levels deep; flatten it`);
  checkSize(size);
}

/** @throws ApiError 413 */
export function checkSize(size: number): void {
  if (size <= maxSize) return;
  throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${maxSize}`);
}

/** The amount of text, or -1 if it is nested too deep. */
function measure(value: unknown, depth: number): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 5;
  if (depth >= maxDepth) return -1;
  let size = 2;
  if (Array.isArray(value)) {
    for (const item of value) {
      const of = measure(item, depth + 1);
      if (of < 0) return -1;
      size += of + 1;
    }
    return size;
  }
  for (const key of Object.keys(value)) {
    const of = measure((value as Record<string, unknown>)[key], depth + 1);
    if (of < 0) return -1;
    size += of + key.length + 4;
  }
  return size;
}

/**
 * What is wrong with the object, in Kubernetes' words.
 * @throws ApiError 400 or 413 as checkDepth does
 */
export function validateObject<T extends KubeObject>(resource: Resource<T>, object: T): readonly Cause[] {
  checkDepth(object);
  return objectProblems(resource, object);
}

/**
 * The same for an object that has been measured on its way in, whatever the server has filled in since. With `previous`
 * also what changed and must not, unless the object is not even of its class.
 */
export function objectProblems<T extends KubeObject>(resource: Resource<T>, object: T, previous?: T): readonly Cause[] {
  const problems = classProblems(resource.type, object);
  const meta = metadataProblems(resource, object);
  // Rules across fields may count on every field's type, not on fields that the class asks for.
  const typed = object.metadata && !problems.some((problem) => problem.reason === 'FieldValueTypeInvalid');
  const across = typed ? (resource.validate?.(object) ?? []) : [];
  if (meta.length + problems.length > 0) return [...meta, ...problems, ...across];
  const changed = previous ? validateObjectUpdate(resource, object, previous) : [];
  return changed.length === 0 ? across : [...across, ...changed];
}

/** What changed and must not. For an object that keeps the rules of its class. */
export function validateObjectUpdate<T extends KubeObject>(
  resource: Resource<T>,
  next: T,
  previous: T,
): readonly Cause[] {
  const meta = metadataUpdateProblems(next, previous);
  const own = resource.validateUpdate?.(next, previous) ?? [];
  return meta.length === 0 ? own : [...meta, ...own];
}

/** What the rules of a class say about a plain object; paths start at the object. */
export function classProblems(type: new () => object, object: object): readonly Problem[] {
  if (accepts(type)(object)) return [];
  const problems = libraryProblems(type, object);
  if (problems.length === 0) throw new Error(`the compiled rules of ${type.name} refuse what class-validator accepts`);
  return problems;
}

/** The same from class-validator alone: slow, with words. */
export function libraryProblems(type: new () => object, object: object): readonly Problem[] {
  return validateSync(viewOf(type, object), { forbidUnknownValues: true }).flatMap((error) => problemsOf(error, false));
}

function problemsOf(error: ValidationError, inList: boolean): readonly Problem[] {
  const at = inList ? `[${error.property}]` : error.property;
  const own = Object.entries(error.constraints ?? {}).flatMap(([name, message]) => decode(name, message, error));
  // What is of the wrong type as a whole has no parts to speak of.
  const wrongType = own.some((problem) => problem.field === '' && problem.reason === 'FieldValueTypeInvalid');
  const children = wrongType ? [] : (error.children ?? []);
  const nested = children.flatMap((child) => problemsOf(child, Array.isArray(error.value)));
  return under(at, [...own, ...nested]);
}

/** A rule of ours hands over problems as JSON; one of class-validator's own decorators hands over a sentence. */
function decode(name: string, message: string, error: ValidationError): readonly Problem[] {
  if (message.startsWith('[{')) return JSON.parse(message);
  // What is no object in an object's place is refused by `Nested` too, in better words.
  if (name === 'nestedValidation') return [];
  const sentence = message.startsWith(`${error.property} `) ? message.slice(error.property.length + 1) : message;
  return [invalidValue('', error.value, sentence)];
}
