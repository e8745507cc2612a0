// Scenario rules: what class-validator does not know by itself: spans of time, rates, distributions, quantities, texts.

import { ValidateBy } from 'class-validator';
import { isRecord } from '../cluster/checked-yaml.ts';
import { quantity } from '../cluster/cluster-file.ts';
import { parseSelector } from '../model/labels.ts';
import { rateOf, spanOf } from './time-text.ts';

const rule = (name: string, wanted: string, validate: (value: unknown) => boolean) => () =>
  ValidateBy({ name, validator: { validate, defaultMessage: () => `$property must be ${wanted}` } });

const isSpan = (value: unknown) => spanOf(value) !== undefined;

export const IsSpan = rule('isSpan', 'a span of time such as 90s, 30m or 24h', isSpan);

export const IsSpans = rule(
  'isSpans',
  'a list of times such as [0s, 30m, 8h]',
  (value) => Array.isArray(value) && value.length > 0 && value.every(isSpan),
);

/** A span, or how spans are drawn. */
export type Distribution = string | { readonly exponential: string } | { readonly uniform: readonly [string, string] };

export const IsDistribution = rule(
  'isDistribution',
  'a span (30m), { exponential: 30m } (its mean) or { uniform: [10m, 50m] } (the lesser first)',
  (value) => {
    if (!isRecord(value)) return isSpan(value);
    const { exponential, uniform, ...others } = value;
    if (Object.keys(others).length > 0 || (exponential === undefined) === (uniform === undefined)) return false;
    if (exponential !== undefined) return isSpan(exponential);
    if (!Array.isArray(uniform) || uniform.length !== 2) return false;
    const [least, most] = uniform.map(spanOf);
    return least !== undefined && most !== undefined && least <= most;
  },
);

/** So many events a time; or by the time of day, each rate from then on: `{ 0h: 10/h, 8h: 120/h }`. */
export type Rate = string | Readonly<Record<string, string>>;

export const IsRate = rule(
  'isRate',
  'a rate such as 120/h, 2/m or 0.5/s, or rates by the time of day such as { 0h: 10/h, 8h: 120/h }',
  (value) =>
    isRecord(value)
      ? Object.keys(value).length > 0 &&
        Object.entries(value).every(([from, rate]) => (spanOf(from) ?? day) < day && rateOf(rate) !== undefined)
      : rateOf(value) !== undefined,
);

/** Milliseconds of a day: rates by the time of day begin anew after it. */
export const day = 86_400_000;

export const IsQuantities = rule(
  'isQuantities',
  "quantities such as { cpu: '4', memory: 8Gi }",
  (value) => isRecord(value) && Object.values(value).every((amount) => quantity.test(String(amount))),
);

export const IsTexts = rule(
  'isTexts',
  'texts by name (a number or true goes in quotes)',
  (value) => isRecord(value) && Object.values(value).every((text) => typeof text === 'string'),
);

export const IsProbability = rule(
  'isProbability',
  'a probability from 0 to 1',
  (value) => typeof value === 'number' && value >= 0 && value <= 1,
);

export const IsSelector = rule('isSelector', 'a label selector such as app=web,tier in (a,b)', (value) => {
  try {
    return typeof value === 'string' && parseSelector(value) !== undefined;
  } catch {
    return false;
  }
});
