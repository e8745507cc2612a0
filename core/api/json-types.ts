// Which JSON each scalar and special type of Kubernetes' API is written as, and what is said of one that is not.
// A text of the right JSON type that is no time, no quantity or no base64 is refused here as well, as by Go's decoders.

import { base64Length } from '../model/data-rules.ts';
import { isQuantity, quantityFormat } from '../model/quantity.ts';

/** Longer texts are no amounts of anything, only work. */
const longestQuantity = 100;

const rfc3339 =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** Go's decoder steps over the ends of lines. */
const isBase64 = (text: string): boolean =>
  base64Length(/[\r\n]/.test(text) ? text.replace(/[\r\n]/g, '') : text) !== undefined;

const isTime = (value: unknown): boolean => typeof value === 'string' && rfc3339.test(value);
const isText = (value: unknown): boolean => typeof value === 'string';
const isInt32 = (value: unknown): boolean => Number.isInteger(value) && (value as number) === ((value as number) | 0);

export const scalars = {
  string: isText,
  bytes: (value: unknown): boolean => typeof value === 'string' && isBase64(value),
  bool: (value: unknown): boolean => typeof value === 'boolean',
  int32: isInt32,
  int64: (value: unknown): boolean => Number.isInteger(value),
  double: (value: unknown): boolean => typeof value === 'number',
} as const;

/** Types with a JSON form of their own: false where the JSON type cannot be right. Free-form ones are not here. */
export const specials: Readonly<Record<string, (value: unknown) => boolean>> = {
  Time: isTime,
  MicroTime: isTime,
  Quantity: (value) => String(value).length <= longestQuantity && isQuantity(value),
  IntOrString: (value) => isText(value) || isInt32(value),
  StringList: (value) => Array.isArray(value) && value.every(isText),
};

/** What Go says of a text that is not what it is to be; undefined where it is not even a text. */
export function complaint(type: string, value: unknown): string | undefined {
  if (type === 'Quantity') return typeof value === 'string' || typeof value === 'number' ? quantityFormat : undefined;
  if (typeof value !== 'string') return undefined;
  if (type === 'bytes') return `illegal base64 data at input byte ${firstNotBase64(value)}`;
  if (type !== 'Time' && type !== 'MicroTime') return undefined;
  const layout = type === 'Time' ? '2006-01-02T15:04:05Z07:00' : '2006-01-02T15:04:05.000000Z07:00';
  return `parsing time ${JSON.stringify(value)} as ${JSON.stringify(layout)}: cannot parse it: it is no time as RFC 3339 writes it`;
}

function firstNotBase64(text: string): number {
  const at = text.search(/[^A-Za-z0-9+/\r\n]/);
  return at < 0 ? text.length : at;
}
