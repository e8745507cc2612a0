// Rules: what a field may hold, said beside the field. Each decorator here is a class-validator rule that speaks
// Kubernetes' language: a path, a reason, a message.
//
//   export class ContainerPort {
//     @Required() @Int({ min: 1, max: 65535 }) readonly containerPort!: number;
//     @OneOf('TCP', 'UDP', 'SCTP') readonly protocol?: string;
//   }
//
// Always true: a rule says nothing about a field that is absent (or null, which is the same in Kubernetes' JSON);
// only `Required` does. A rule never changes what it looks at and never throws, whatever the value is.
// class-validator knows one text a rule; Kubernetes may name several places. So the text that a rule hands to the
// library is its list of problems as JSON, and validation.ts reads it back.

import 'reflect-metadata';
import { Type } from 'class-transformer';
import { IsDefined, ValidateBy, ValidateNested } from 'class-validator';
import { invalidType, invalidValue, type Problem, required } from './causes.ts';
import { isQuantity, quantityFormat } from './quantity.ts';

/** What is wrong with a value; none: nothing. `object` is what the field is in. */
export type Check = (value: unknown, object: object) => readonly Problem[];

/** A rule as the compiler (validation.ts) finds it among class-validator's constraints. */
export class Rule {
  readonly name: string;
  readonly check: Check;
  /** The same verdict without the words, where it can be had faster. */
  readonly accepts: (value: unknown, object: object) => boolean;

  constructor(name: string, check: Check, accepts?: (value: unknown, object: object) => boolean) {
    this.name = name;
    this.check = check;
    this.accepts = accepts ?? ((value, object) => check(value, object).length === 0);
  }
}

/** Problems as the text that passes through class-validator, which would replace `$value` and the like in it. */
export const encodeProblems = (problems: readonly Problem[]): string =>
  JSON.stringify(problems).replaceAll('$', '\\u0024');

let count = 0;

/** Declares a rule on a field. Absent values never get to `check`. */
export function rule(name: string, check: Check, accepts?: Rule['accepts']): PropertyDecorator {
  const of = new Rule(name, check, accepts);
  count += 1;
  return ValidateBy({
    name: `${name}#${count}`,
    constraints: [of],
    validator: {
      validate: (value, args) => value === undefined || value === null || of.accepts(value, args?.object ?? {}),
      defaultMessage: (args) => encodeProblems(of.check(args?.value, args?.object ?? {})),
    },
  });
}

/** The field must be there: `Required value`. */
export const Required = (detail = ''): PropertyDecorator =>
  IsDefined({ message: encodeProblems([required('', detail)]) });

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const both = (...decorators: PropertyDecorator[]): PropertyDecorator => {
  return (target, property) => {
    for (const decorate of decorators) decorate(target, property);
  };
};

const typed = (name: string, want: string, accepts: (value: unknown) => boolean): PropertyDecorator =>
  rule(name, (value) => (accepts(value) ? [] : [invalidType('', value, want)]), accepts);

/** A part of the object with rules of its own. An array in its place is refused. */
export const Nested = (type: () => new () => object): PropertyDecorator =>
  both(Type(type), ValidateNested(), typed('object', 'an object', isObject));

/** A list of such parts. */
export const NestedList = (type: () => new () => object): PropertyDecorator =>
  both(
    Type(type),
    ValidateNested({ each: true }),
    rule(
      'objects',
      (value) => {
        if (!Array.isArray(value)) return [invalidType('', value, 'an array')];
        return value.flatMap((item, i) => (isObject(item) ? [] : [invalidType(`[${i}]`, item, 'an object')]));
      },
      (value) => Array.isArray(value) && value.every(isObject),
    ),
  );

const isText = (value: unknown): value is string => typeof value === 'string';

export const Text = (): PropertyDecorator => typed('text', 'a string', isText);

export const Bool = (): PropertyDecorator => typed('bool', 'a boolean', (value) => typeof value === 'boolean');

/** Any object, whatever is in it. */
export const Free = (): PropertyDecorator => typed('free', 'an object', isObject);

export const TextList = (): PropertyDecorator =>
  typed('texts', 'an array of strings', (value) => Array.isArray(value) && value.every(isText));

/** Texts by key; every key is data. */
export const TextMap = (): PropertyDecorator =>
  typed('text map', 'an object whose values are strings', (value) => {
    if (!isObject(value)) return false;
    for (const key of Object.keys(value)) if (typeof Reflect.get(value, key) !== 'string') return false;
    return true;
  });

/** RFC 3339. */
export const Time = (): PropertyDecorator =>
  typed('time', 'a time as RFC 3339', (value) => isText(value) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(value));

interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** A whole number. Bounds are checked in Kubernetes' words for what they mean. */
export const Int = ({ min, max }: Bounds = {}): PropertyDecorator =>
  rule('int', (value) => {
    if (!Number.isSafeInteger(value)) return [invalidType('', value, 'an integer')];
    const number = value as number;
    if (min !== undefined && max !== undefined && (number < min || number > max)) {
      return [invalidValue('', value, `must be between ${min} and ${max}, inclusive`)];
    }
    if (min !== undefined && number < min) {
      return [invalidValue('', value, `must be greater than ${min === 1 ? '0' : `or equal to ${min}`}`)];
    }
    if (max !== undefined && number > max) return [invalidValue('', value, `must be less than or equal to ${max}`)];
    return [];
  });

export const IntList = (): PropertyDecorator =>
  typed('ints', 'an array of integers', (value) => Array.isArray(value) && value.every(Number.isSafeInteger));

/** A number, or a text that names or counts something: `80`, `http`, `25%`. */
export const IntOrText = (): PropertyDecorator =>
  typed('int or text', 'an integer or a string', (value) => isText(value) || Number.isSafeInteger(value));

/** `100m`, `1Gi`; a bare number is taken too. */
export const IsQuantity = (): PropertyDecorator => typed('quantity', 'a quantity', isQuantity);

/** Quantities by resource name. */
export const QuantityMap = (): PropertyDecorator =>
  rule('quantities', (value) => {
    if (!isObject(value)) return [invalidType('', value, 'an object')];
    return Object.entries(value).flatMap(([key, quantity]) =>
      isQuantity(quantity) ? [] : [invalidValue(`[${key}]`, quantity, quantityFormat)],
    );
  });
