// Quantity: amounts as Kubernetes writes them (apimachinery, pkg/api/resource): `100m` of a CPU, `1Gi` of memory, `1e3`.
// Arithmetic is exact: a quantity is a whole number of 10^-9 (nano), the finest that Kubernetes keeps, as a BigInt.
//   parseQuantity('1.5Gi')        an exact amount and the family of suffixes it was written in
//   formatQuantity(quantity)      the canonical text: `1536Mi`, `500m`, `1k`
//   milliValue('250m')  250       value('1Ki')  1024 (both rounded up, as Kubernetes does)
// Always true: parseQuantity(formatQuantity(q)) is q; finer than nano is rounded up, away from zero.

/** Amounts by resource name (`cpu`, `memory`, `pods`, `example.com/gpu`). */
export type ResourceList = Readonly<Record<string, string>>;

/** Which family of suffixes the text used: 1Ki = 1024; 1k = 1000; 1e3 = 1000. */
export type QuantityFormat = 'BinarySI' | 'DecimalSI' | 'DecimalExponent';

export interface Quantity {
  /** In units of 10^-9. */
  readonly nano: bigint;
  readonly format: QuantityFormat;
}

/** What Kubernetes says of a text that is no quantity. */
export const quantityFormat =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

const nanoPerUnit = 1_000_000_000n;
const pattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:(Ki|Mi|Gi|Ti|Pi|Ei)|(n|u|m|k|M|G|T|P|E)|[eE]([+-]?\d+))?$/;
const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimal = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const suffixOfPower = new Map([...decimal].map(([suffix, power]) => [power, suffix]));

/** Replicas ask for the same amounts over and over: reading each again was a tenth of what creating a pod cost. */
const known = new Map<string | number, Quantity>();
const mostKnown = 10_000;
const longestKnown = 32;

/** Throws with Kubernetes' text when this is no quantity. A bare number counts as its decimal text. */
export function parseQuantity(text: string | number): Quantity {
  let quantity = known.get(text);
  if (quantity) return quantity;
  quantity = read(text);
  if (typeof text === 'string' && text.length > longestKnown) return quantity;
  if (known.size >= mostKnown) known.clear();
  known.set(text, quantity);
  return quantity;
}

function read(text: string | number): Quantity {
  const match = pattern.exec(String(text));
  const [, sign, whole = '', fraction = '', binarySuffix, decimalSuffix, exponent] = match ?? [];
  if (match === null || (whole === '' && fraction === '') || Number(exponent ?? 0) > 1000)
    throw new Error(quantityFormat);
  const digits = BigInt(whole + fraction);
  const format: QuantityFormat = binarySuffix ? 'BinarySI' : exponent === undefined ? 'DecimalSI' : 'DecimalExponent';
  const factor = binarySuffix ? 1024n ** BigInt(binary.indexOf(binarySuffix)) : 1n;
  const power =
    9 + (exponent === undefined ? (decimal.get(decimalSuffix ?? '') ?? 0) : Number(exponent)) - fraction.length;
  const scaled = digits * factor;
  const nano = power >= 0 ? scaled * 10n ** BigInt(power) : roundUp(scaled, 10n ** BigInt(Math.min(-power, 2000)));
  return { nano: sign === '-' ? -nano : nano, format };
}

/** Divides; what is left over counts as a whole one, away from zero. */
function roundUp(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  if (quotient * by === value) return quotient;
  return value < 0n ? quotient - 1n : quotient + 1n;
}

export function isQuantity(value: unknown): value is string | number {
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  if (known.has(value)) return true;
  const match = pattern.exec(String(value));
  return match !== null && !((match[2] ?? '') === '' && (match[3] ?? '') === '') && Number(match[6] ?? 0) <= 1000;
}

/** The canonical text: no fraction, the greatest suffix that fits, as Kubernetes prints it. */
export function formatQuantity(quantity: Quantity): string {
  const { nano, format } = quantity;
  if (nano === 0n) return '0';
  // In Kubernetes, too, small or fractional amounts leave the binary family: 512.5 is no multiple of 1Ki.
  const wantsBinary = format === 'BinarySI' && nano % nanoPerUnit === 0n && abs(nano) >= 1024n * nanoPerUnit;
  return wantsBinary ? formatBinary(nano / nanoPerUnit) : formatDecimal(nano, format === 'DecimalExponent');
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

function formatBinary(value: bigint): string {
  let index = 0;
  while (index < binary.length - 1 && value % 1024n === 0n) {
    value /= 1024n;
    index += 1;
  }
  return `${value}${binary[index]}`;
}

function formatDecimal(nano: bigint, exponent: boolean): string {
  let power = -9;
  while ((exponent || power < 18) && nano % 1000n === 0n) {
    nano /= 1000n;
    power += 3;
  }
  if (power === 0) return String(nano);
  return exponent ? `${nano}e${power}` : `${nano}${suffixOfPower.get(power)}`;
}

const parsed = (of: string | number | Quantity): Quantity => (typeof of === 'object' ? of : parseQuantity(of));

/** In thousandths, rounded up: `cpu: 250m` is 250. */
export const milliValue = (of: string | number | Quantity): number => Number(roundUp(parsed(of).nano, 1_000_000n));

/** In units, rounded up: `memory: 1Ki` is 1024. */
export const value = (of: string | number | Quantity): number => Number(roundUp(parsed(of).nano, nanoPerUnit));

/** The sum, in the first one's family of suffixes. */
export function add(a: string | number | Quantity, b: string | number | Quantity): Quantity {
  const left = parsed(a);
  return { nano: left.nano + parsed(b).nano, format: left.format };
}

/** Negative, zero or positive, as for `sort`. */
export function compare(a: string | number | Quantity, b: string | number | Quantity): number {
  const difference = parsed(a).nano - parsed(b).nano;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The canonical text of what was written: `0.5` becomes `500m`. */
export const canonical = (text: string | number): string => formatQuantity(parseQuantity(text));
