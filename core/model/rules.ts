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
import { IsDefined, ValidateBy, ValidateNested } from 'class-validator';
import { invalidType, type Problem, required } from './causes.ts';

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

/** The field must be there, and say something: an empty text or list is `Required value` too. */
export const Required = (detail = ''): PropertyDecorator =>
  both(
    IsDefined({ message: encodeProblems([required('', detail)]) }),
    rule(
      'filled',
      (value) => (isFilled(value) ? [] : [required('', detail)]),
      (value) => isFilled(value),
    ),
  );

const isFilled = (value: unknown): boolean => value !== '' && !(Array.isArray(value) && value.length === 0);

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Several decorators as one. */
export const both = (...decorators: PropertyDecorator[]): PropertyDecorator => {
  return (target, property) => {
    for (const decorate of decorators) decorate(target, property);
  };
};

/** A rule about the value's type: `must be an array`. */
export const typed = (name: string, want: string, accepts: (value: unknown) => boolean): PropertyDecorator =>
  rule(name, (value) => (accepts(value) ? [] : [invalidType('', value, want)]), accepts);

/** Which fields are parts with rules of their own, by class. */
const parts = new WeakMap<object, Map<string, () => new () => object>>();

const remember =
  (type: () => new () => object): PropertyDecorator =>
  (target, property) => {
    const of = parts.get(target) ?? new Map<string, () => new () => object>();
    parts.set(target, of.set(String(property), type));
  };

/** The class of a field's parts, as `Nested` or `NestedList` declared it there or in a base class. */
export function partType(of: new () => object, property: string): (new () => object) | undefined {
  for (let proto: object | null = of.prototype; proto !== null; proto = Object.getPrototypeOf(proto)) {
    const type = parts.get(proto)?.get(property);
    if (type) return type();
  }
  return undefined;
}

/** A part of the object with rules of its own. An array in its place is refused. */
export const Nested = (type: () => new () => object): PropertyDecorator =>
  both(remember(type), ValidateNested(), typed('object', 'an object', isObject));

/** A list of such parts. */
export const NestedList = (type: () => new () => object): PropertyDecorator =>
  both(
    remember(type),
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
