// Labels and selectors (apimachinery, pkg/labels): which objects are meant, by their labels.
//   parseSelector('app=web,tier in (a,b),!canary')     from a query parameter; throws ApiError 400
//   selectorOf(deployment.spec.selector)               from a LabelSelector in an object
//   matches(selector, pod.metadata.labels)
// Always true: a selector without requirements matches everything; `nothing` matches nothing (what a missing
// LabelSelector means); `!=` and `notin` match objects that lack the label.

import type { LabelSelector } from './label-selector.ts';
import type { StringMap } from './meta.ts';
import { parseRequirements } from './selector-parser.ts';
import { badRequest } from './status.ts';

export type Operator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | '>' | '<';

export interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  /** Sorted. One for `=` and the like, none for `exists` and `!`. */
  readonly values: readonly string[];
}

export interface Selector {
  /** All must hold. */
  readonly requirements: readonly Requirement[];
  /** Matches nothing at all. */
  readonly nothing?: boolean;
}

export const everything: Selector = { requirements: [] };
export const nothing: Selector = { requirements: [], nothing: true };

/** Reads a selector as users write it. Throws ApiError 400 with Kubernetes' text. */
export function parseSelector(text: string): Selector {
  try {
    return { requirements: [...parseRequirements(text)].sort(byKey) };
  } catch (error) {
    throw badRequest(error instanceof Error ? error.message : String(error));
  }
}

const byKey = (a: Requirement, b: Requirement): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

const operators: Readonly<Record<string, Operator>> = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' };

/** The selector that a LabelSelector of an object means. None given: nothing. An empty one: everything. */
export function selectorOf(selector: LabelSelector | undefined | null): Selector {
  if (selector === undefined || selector === null) return nothing;
  const requirements: Requirement[] = [];
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    requirements.push({ key, operator: '=', values: [value] });
  }
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    requirements.push({ key, operator: operators[operator] ?? 'in', values: [...(values ?? [])].sort() });
  }
  return { requirements: requirements.sort(byKey) };
}

/** The selector of a plain map (Services, ReplicationControllers, nodeSelector). None given: nothing. */
export const selectorOfMap = (labels: StringMap | undefined | null): Selector =>
  labels ? selectorOf({ matchLabels: labels }) : nothing;

export function matches(selector: Selector, labels: StringMap | undefined): boolean {
  if (selector.nothing) return false;
  for (const requirement of selector.requirements) {
    const has = labels !== undefined && labels !== null && Object.hasOwn(labels, requirement.key);
    if (!meets(requirement, has ? labels[requirement.key] : undefined)) return false;
  }
  return true;
}

/** Whether a label's value (undefined: the object lacks the label) meets one requirement. */
export function meets({ operator, values }: Requirement, value: string | undefined): boolean {
  switch (operator) {
    case '=':
    case '==':
    case 'in':
      return value !== undefined && values.includes(value);
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case '>':
    case '<': {
      const bound = values[0] ?? '';
      if (value === undefined || !/^[+-]?\d+$/.test(value)) return false;
      return operator === '>' ? BigInt(value) > BigInt(bound) : BigInt(value) < BigInt(bound);
    }
  }
}

/** The selector as text that `parseSelector` reads: `app=web,tier in (a,b)`; '' for everything. */
export const formatSelector = (selector: Selector): string => selector.requirements.map(formatRequirement).join(',');

function formatRequirement({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${values.join(',')})`;
    default:
      return `${key}${operator}${values[0] ?? ''}`;
  }
}
