// Compiled rules: class-validator's verdict on an object of a class, without class-validator's cost. The library walks
// all registered classes for each nested object (417 us a pod in this project); here its metadata is read once a class
// and becomes one generated function that calls the rules of each field in turn.
//
//   accepts(Pod)(object)     true: nothing is wrong. false: ask the library what.
//   viewOf(Pod, object)      the object as instances of the model classes, for the library
//
// Always true: the two agree (a property test holds them to it); neither changes or keeps the object. Fields are looked
// up by declared names alone, so that a key `constructor` or `__proto__` of a map never means more than data.

import { getMetadataStorage, ValidationTypes } from 'class-validator';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata.js';
import { partType, Rule } from './rules.ts';

type Class = new () => object;
type Accepts = (object: object) => boolean;

interface FieldRules {
  readonly name: string;
  readonly required: boolean;
  /** From @IsOptional and @ValidateIf: all must say true, or the field is not looked at. */
  readonly conditions: readonly ((object: object, value: unknown) => boolean)[];
  /** Rules of rules.ts: asked only when there is a value. */
  readonly rules: readonly Rule['accepts'][];
  /** The library's own decorators: asked in any case, as the library does. */
  readonly foreign: readonly Rule['accepts'][];
  readonly part: Class | undefined;
}

const fieldsByClass = new WeakMap<Class, readonly FieldRules[]>();
const compiled = new WeakMap<Class, Accepts>();

/** The function that tells whether a plain object keeps all rules of the class and of its parts. */
export function accepts(type: Class): Accepts {
  const known = compiled.get(type);
  if (known) return known;
  // A class may contain itself: those who ask while it is being compiled get a function that asks again.
  compiled.set(type, (object) => compiled.get(type)!(object));
  const made = compile(fieldsOf(type));
  compiled.set(type, made);
  return made;
}

/** Code is generated because a loop over rules calls a different function each time, which engines cannot inline. */
function compile(fields: readonly FieldRules[]): Accepts {
  const functions: unknown[] = [];
  const call = (of: unknown): string => `f${functions.push(of) - 1}`;
  const lines: string[] = [];
  for (const { name, required, conditions, rules, foreign, part } of fields) {
    const checks = rules.map((rule) => `if (!${call(rule)}(v, o)) return false;`);
    if (part) {
      const nested = call(accepts(part));
      checks.push(
        `if (Array.isArray(v)) { for (let i = 0; i < v.length; i++) if (!${nested}(v[i])) return false; }`,
        `else if (!${nested}(v)) return false;`,
      );
    }
    const whenAbsent = required ? 'return false;' : '';
    const body = [
      ...foreign.map((rule) => `if (!${call(rule)}(v, o)) return false;`),
      `if (v === undefined || v === null) { ${whenAbsent} } else { ${checks.join(' ')} }`,
    ].join(' ');
    const guard = conditions.map((condition) => `${call(condition)}(o, v)`).join(' && ');
    lines.push(`v = o[${JSON.stringify(name)}];`, guard === '' ? body : `if (${guard}) { ${body} }`);
  }
  const constants = functions.map((_, i) => `const f${i} = f[${i}];`).join('\n');
  return new Function('f', `${constants}\nreturn (o) => { let v;\n${lines.join('\n')}\nreturn true; };`)(functions);
}

/** The rules of a class, by field, from class-validator's metadata. */
function fieldsOf(type: Class): readonly FieldRules[] {
  const known = fieldsByClass.get(type);
  if (known) return known;
  const metadatas = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  if (metadatas.length === 0) throw new Error(`class ${type.name} has no rules; give each of its fields one`);
  const byField = byFieldName(metadatas);
  const fields = [...byField].map(([name, of]) => fieldRules(type, name, of));
  fieldsByClass.set(type, fields);
  return fields;
}

function byFieldName(metadatas: readonly ValidationMetadata[]): Map<string, ValidationMetadata[]> {
  const groups = new Map<string, ValidationMetadata[]>();
  for (const metadata of metadatas) {
    const group = groups.get(metadata.propertyName);
    if (group) group.push(metadata);
    else groups.set(metadata.propertyName, [metadata]);
  }
  return groups;
}

function fieldRules(type: Class, name: string, metadatas: readonly ValidationMetadata[]): FieldRules {
  if (name in Object.prototype)
    throw new Error(`${type.name}.${name}: a field cannot have the name of what every object has`);
  const rules: Rule['accepts'][] = [];
  const foreign: Rule['accepts'][] = [];
  const conditions: ((object: object, value: unknown) => boolean)[] = [];
  let required = false;
  let nested = false;
  for (const metadata of metadatas) {
    const [first] = metadata.constraints ?? [];
    if (metadata.type === ValidationTypes.CONDITIONAL_VALIDATION) conditions.push(first);
    else if (metadata.type === ValidationTypes.NESTED_VALIDATION) nested = true;
    else if (metadata.type === ValidationTypes.IS_DEFINED) required = true;
    else if (metadata.type === ValidationTypes.WHITELIST) continue;
    else if (first instanceof Rule) rules.push(first.accepts);
    else foreign.push(foreignRule(metadata));
  }
  const part = partType(type, name);
  if (nested && !part)
    throw new Error(`${type.name}.${name}: declare it with Nested or NestedList, so that its class is known`);
  return { name, required, conditions, rules, foreign, part: nested ? part : undefined };
}

/** One of class-validator's own decorators (@IsIn, @Min, ...), asked as the library asks it. */
function foreignRule(metadata: ValidationMetadata): Rule['accepts'] {
  const constraints = getMetadataStorage().getTargetValidatorConstraints(metadata.constraintCls);
  return (value, object) => {
    if (metadata.validateIf && !metadata.validateIf(object, value)) return true;
    const given = {
      targetName: object.constructor?.name ?? '',
      property: metadata.propertyName,
      object,
      value,
      constraints: metadata.constraints,
    };
    return constraints.every(({ instance }) =>
      metadata.each && Array.isArray(value)
        ? value.every((item) => instance.validate(item, given))
        : instance.validate(value, given),
    );
  };
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object as an instance of its class, parts likewise; null is absent; maps and lists of scalars as they are. */
export function viewOf<T extends object>(type: new () => T, object: object): T {
  const view = new type();
  for (const { name, part } of fieldsOf(type)) {
    const value: unknown = Reflect.get(object, name);
    if (value === undefined || value === null) continue;
    const seen =
      part === undefined
        ? value
        : Array.isArray(value)
          ? value.map((item) => (isObject(item) ? viewOf(part, item) : item))
          : isObject(value)
            ? viewOf(part, value)
            : value;
    Reflect.set(view, name, seen);
  }
  return view;
}
