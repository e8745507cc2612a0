// Which JSON each scalar and special type of Kubernetes' API is written as.

const isText = (value: unknown): boolean => typeof value === 'string';
const isInt32 = (value: unknown): boolean => Number.isInteger(value) && (value as number) === ((value as number) | 0);

export const scalars = {
  string: isText,
  bytes: isText,
  bool: (value: unknown): boolean => typeof value === 'boolean',
  int32: isInt32,
  int64: (value: unknown): boolean => Number.isInteger(value),
  double: (value: unknown): boolean => typeof value === 'number',
} as const;

/** Types with a JSON form of their own: false where the JSON type cannot be right. Free-form ones are not here. */
export const specials: Readonly<Record<string, (value: unknown) => boolean>> = {
  Time: isText,
  MicroTime: isText,
  Quantity: (value) => isText(value) || typeof value === 'number',
  IntOrString: (value) => isText(value) || isInt32(value),
  StringList: (value) => Array.isArray(value) && value.every(isText),
};
