// kubectl create poddisruptionbudget: how many of the pods that a selector chooses must stay, or may go.

import { parseSelector, type Requirement } from '../../../core/model/labels.ts';
import type { KubectlCommand } from './command.ts';
import { createObject, metadataOf, oneName } from './create.ts';
import { KubectlError } from './errors.ts';
import { type ChangeOptions, changeFlags } from './output.ts';
import type { AnyObject } from './records.ts';

interface Options extends ChangeOptions {
  readonly selector?: string;
  readonly minAvailable?: string;
  readonly maxUnavailable?: string;
}

export const createDisruptionBudget: KubectlCommand<Options> = {
  usage: 'NAME --selector=SELECTOR (--min-available=N | --max-unavailable=N) [flags]',
  summary: 'creates a pod disruption budget',
  flags: (command) =>
    changeFlags(command)
      .option('--selector <labels>', 'which pods')
      .option('--min-available <amount>', 'so many must stay: a number, or a share such as 50%')
      .option('--max-unavailable <amount>', 'so many may be missing'),

  async run(session, args, { selector, minAvailable, maxUnavailable, ...options }) {
    const name = oneName(args);
    if (!selector) throw new KubectlError('a selector must be specified');
    if (!minAvailable && !maxUnavailable) {
      throw new KubectlError('one of min-available or max-unavailable must be specified');
    }
    if (minAvailable && maxUnavailable) {
      throw new KubectlError('min-available and max-unavailable cannot be both specified');
    }
    const object = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: metadataOf(session, name),
      spec: {
        ...(maxUnavailable && { maxUnavailable: amountOf('max-unavailable', maxUnavailable) }),
        ...(minAvailable && { minAvailable: amountOf('min-available', minAvailable) }),
        selector: selectorOf(selector),
      },
      status: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
    };
    await createObject(session, object as unknown as AnyObject, options);
  },
};

function amountOf(flag: string, text: string): number | string {
  if (!/^[0-9]+%?$/.test(text)) throw new KubectlError(`invalid format specified for ${flag}`);
  return text.endsWith('%') ? text : Number(text);
}

/** The LabelSelector that a text means: labels where it says no more than that they are equal. */
function selectorOf(text: string): object {
  const { requirements } = parseSelector(text);
  const isLabel = ({ operator }: Requirement) => operator === '=' || operator === '==';
  const labels = requirements.filter(isLabel).map(({ key, values }) => [key, values[0]]);
  const others = requirements.filter((one) => !isLabel(one)).map(expressionOf);
  return {
    ...(others.length > 0 && { matchExpressions: others }),
    ...(labels.length > 0 && { matchLabels: Object.fromEntries(labels) }),
  };
}

const operators: Readonly<Record<string, string>> = {
  in: 'In',
  notin: 'NotIn',
  exists: 'Exists',
  '!': 'DoesNotExist',
};

function expressionOf({ key, operator, values }: Requirement): object {
  const known = operators[operator];
  if (!known) throw new KubectlError(`"${operator}" is not a valid label selector operator`);
  return { key, operator: known, ...(values.length > 0 && { values }) };
}
