// Rules about numbers, texts of a certain form, lists and maps, in Kubernetes' words. The foundations are in rules.ts.

import { duplicate, invalidType, invalidValue, notSupported, type Problem } from './causes.ts';
import { dns1123Label, dns1123Subdomain, ipProblems, portNameProblems, qualifiedNameProblems } from './label-rules.ts';
import { labelProblems } from './metadata-rules.ts';
import { isQuantity, parseQuantity, quantityFormat } from './quantity.ts';
import { rule, typed } from './rules.ts';

const isText = (value: unknown): value is string => typeof value === 'string';
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

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

/** `100m`, `1Gi`; a bare number is taken too. */
export const IsQuantity = (): PropertyDecorator => typed('quantity', 'a quantity', isQuantity);

/** Amounts by resource name; none is negative. */
export const QuantityMap = (): PropertyDecorator =>
  rule(
    'quantities',
    (value) => {
      if (!isObject(value)) return [invalidType('', value, 'an object')];
      return Object.entries(value).flatMap(([name, quantity]) => amountProblems(name, quantity));
    },
    (value) => {
      if (!isObject(value)) return false;
      for (const name of Object.keys(value)) {
        const quantity: unknown = Reflect.get(value, name);
        // Most resources are these two, most amounts a number and a suffix: no need for the long way.
        const known = name === 'cpu' || name === 'memory';
        if (known && isText(quantity) && /^\d+(m|[KMGT]i)?$/.test(quantity)) continue;
        if (amountProblems(name, quantity).length > 0) return false;
      }
      return true;
    },
  );

function amountProblems(name: string, quantity: unknown): Problem[] {
  const at = `[${name}]`;
  const wrong = qualifiedNameProblems(name).map((detail) => invalidValue(at, name, detail));
  if (!isQuantity(quantity)) return [...wrong, invalidValue(at, quantity, quantityFormat)];
  if (parseQuantity(quantity).nano < 0n) wrong.push(invalidValue(at, quantity, 'must be greater than or equal to 0'));
  return wrong;
}

/** A text of a certain form. `wrong` gives what is wrong with it. An empty text says nothing, as in Kubernetes. */
export const Form = (name: string, wrong: (text: string) => readonly string[]): PropertyDecorator =>
  rule(
    name,
    (value) => {
      if (!isText(value)) return [invalidType('', value, 'a string')];
      return value === '' ? [] : wrong(value).map((detail) => invalidValue('', value, detail));
    },
    (value) => isText(value) && (value === '' || wrong(value).length === 0),
  );

/** `my-name` */
export const Dns1123Label = (): PropertyDecorator => Form('label', dns1123Label);
/** `my.name` */
export const Dns1123Subdomain = (): PropertyDecorator => Form('subdomain', dns1123Subdomain);
/** `example.com/MyName` */
export const QualifiedName = (): PropertyDecorator => Form('qualified name', qualifiedNameProblems);
/** `http` */
export const PortName = (): PropertyDecorator => Form('port name', portNameProblems);

/** One of these texts. An empty one is for the defaults or `Required` to deal with. */
export const OneOf = (...values: readonly string[]): PropertyDecorator =>
  rule(
    'one of',
    (value) => {
      if (!isText(value)) return [invalidType('', value, 'a string')];
      return value === '' || values.includes(value) ? [] : [notSupported('', value, values)];
    },
    (value) => isText(value) && (value === '' || values.includes(value)),
  );

const portNumber = 'must be between 1 and 65535, inclusive';

/** 1 to 65535 */
export const Port = (): PropertyDecorator => Int({ min: 1, max: 65_535 });

/** A port's number, or its name in the container. */
export const PortOrName = (): PropertyDecorator =>
  rule('port or name', (value) => {
    if (isText(value)) return portNameProblems(value).map((wrong) => invalidValue('', value, wrong));
    if (!Number.isSafeInteger(value)) return [invalidType('', value, 'an integer or a string')];
    const port = value as number;
    return port >= 1 && port <= 65_535 ? [] : [invalidValue('', value, portNumber)];
  });

/** Labels: keys and values have a form. */
export const Labels = (): PropertyDecorator => rule('labels', (value) => labelProblems('', value));

/** No two items of the list have the same text there. Items without one do not count. */
export const Unique = (field: string): PropertyDecorator =>
  rule('unique', (value) => {
    if (!Array.isArray(value) || value.length < 2) return [];
    const seen = new Set<unknown>();
    return value.flatMap((item: unknown, i) => {
      const key: unknown = isObject(item) ? Reflect.get(item, field) : undefined;
      if (key === undefined || key === null || key === '') return [];
      const known = seen.has(key);
      seen.add(key);
      return known ? [duplicate(`[${i}].${field}`, key)] : [];
    });
  });

const fileMode = 'must be a number between 0 and 0777 (octal), both inclusive';

/** Permissions of a file in a volume: 0 to 0777. */
export const FileMode = (): PropertyDecorator => InRange('file mode', 0, 0o777, fileMode);

/** How much a preference counts: 1 to 100. */
export const Weight = (): PropertyDecorator => InRange('weight', 1, 100, 'must be in the range 1-100');

export const MoreThanZero = (text = 'must be greater than zero'): PropertyDecorator =>
  InRange('more than zero', 1, Number.MAX_SAFE_INTEGER, text);

/** A whole number between two others; `text` says so. */
export const InRange = (name: string, min: number, max: number, text: string): PropertyDecorator =>
  rule(name, (value) => {
    if (!Number.isSafeInteger(value)) return [invalidType('', value, 'an integer')];
    return (value as number) < min || (value as number) > max ? [invalidValue('', value, text)] : [];
  });

/** `10.0.0.1`, `::1` */
export const IpAddress = (): PropertyDecorator => Form('address', ipProblems);

/** `3` or `25%` */
export const CountOrPercent = (): PropertyDecorator =>
  rule('count or percent', (value) => {
    if (isText(value)) {
      const percent =
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";
      return /^[0-9]+%$/.test(value) ? [] : [invalidValue('', value, percent)];
    }
    if (!Number.isSafeInteger(value)) return [invalidType('', value, 'an integer or a string')];
    return (value as number) < 0 ? [invalidValue('', value, 'must be greater than or equal to 0')] : [];
  });
