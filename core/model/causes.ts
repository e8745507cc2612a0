// Causes: what can be wrong with a field, in Kubernetes' words (apimachinery, pkg/util/validation/field/errors.go).
// A rule that sits on a field names paths relative to it; `under` moves them to where the field is.

import type { Cause } from './status.ts';

/** A cause whose path starts where it was found. */
export interface Problem extends Cause {
  readonly field: string;
}

/** The value as Kubernetes quotes it: texts in quotes, numbers bare, maps and lists of texts as Go writes them, the rest as JSON. */
export function quote(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === undefined || value === null) return 'null';
  const texts = Object.values(value);
  if (texts.length > 0 && texts.every((text) => typeof text === 'string')) {
    if (Array.isArray(value)) return `[]string{${texts.map(quote).join(', ')}}`;
    const pairs = Object.entries(value).map(([key, text]) => `${quote(key)}:${quote(text)}`);
    return `map[string]string{${pairs.sort().join(', ')}}`;
  }
  return JSON.stringify(value);
}

export const invalidValue = (field: string, value: unknown, detail: string): Problem => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${quote(value)}${detail === '' ? '' : `: ${detail}`}`,
  field,
});

export const invalidType = (field: string, value: unknown, want: string): Problem => ({
  reason: 'FieldValueTypeInvalid',
  message: `Invalid value: ${quote(value)}: must be ${want}`,
  field,
});

export const required = (field: string, detail = ''): Problem => ({
  reason: 'FieldValueRequired',
  message: detail === '' ? 'Required value' : `Required value: ${detail}`,
  field,
});

export const duplicate = (field: string, value: unknown): Problem => ({
  reason: 'FieldValueDuplicate',
  message: `Duplicate value: ${quote(value)}`,
  field,
});

export const notSupported = (field: string, value: unknown, supported: readonly string[]): Problem => ({
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: ${quote(value)}${supported.length === 0 ? '' : `: supported values: ${supported.map((one) => JSON.stringify(one)).join(', ')}`}`,
  field,
});

export const notAllowed = (field: string, detail: string): Problem => ({
  reason: 'FieldValueForbidden',
  message: `Forbidden: ${detail}`,
  field,
});

export const notFoundValue = (field: string, value: unknown): Problem => ({
  reason: 'FieldValueNotFound',
  message: `Not found: ${quote(value)}`,
  field,
});

export const tooMany = (field: string, have: number, max: number): Problem => ({
  reason: 'FieldValueTooMany',
  message: `Too many: ${have}: must have at most ${max} items`,
  field,
});

export const tooLong = (field: string, max: number): Problem => ({
  reason: 'FieldValueTooLong',
  message: `Too long: may not be more than ${max} bytes`,
  field,
});

/** `spec` and `ports[0]` make `spec.ports[0]`; `spec` and `[0]` make `spec[0]`. */
export function joinPath(parent: string, field: string): string {
  if (parent === '' || field === '') return parent + field;
  return field.startsWith('[') ? parent + field : `${parent}.${field}`;
}

/** The same problems, seen from further out. */
export const under = (parent: string, problems: readonly Problem[]): readonly Problem[] =>
  problems.map((problem) => ({ ...problem, field: joinPath(parent, problem.field) }));
