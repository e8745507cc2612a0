// Rules of label selectors inside objects, and of the templates whose pods they must select
// (apimachinery, pkg/apis/meta/v1/validation; Kubernetes, pkg/apis/apps/validation).

import { invalidValue, notAllowed, notSupported, type Problem, required } from './causes.ts';
import { equal } from './equal.ts';
import { labelValueProblems } from './label-rules.ts';
import type { LabelSelector } from './label-selector.ts';
import { matches, selectorOf } from './labels.ts';
import { templateMetadataProblems } from './metadata-rules.ts';
import { podSpecProblems } from './pod-rules.ts';
import type { PodTemplateSpec } from './pod-template.ts';

/** What is wrong with a selector's requirements, each by itself. */
export function labelSelectorProblems(
  problems: Problem[],
  at: string,
  selector: LabelSelector | undefined | null,
): void {
  selector?.matchExpressions?.forEach(({ operator, values }, i) => {
    const field = `${at}.matchExpressions[${i}].values`;
    if (operator === 'In' || operator === 'NotIn') {
      if (!values?.length) problems.push(required(field, "must be specified when `operator` is 'In' or 'NotIn'"));
    } else if (values?.length) {
      problems.push(notAllowed(field, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    }
    values?.forEach((value, j) => {
      for (const wrong of labelValueProblems(value)) problems.push(invalidValue(`${field}[${j}]`, value, wrong));
    });
  });
}

const isEmpty = (selector: LabelSelector): boolean =>
  Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0;

/** What is wrong with the selector of a workload (`deployment`, `replicaset`) and the pods that it makes. */
export function workloadProblems(
  kind: string,
  spec: { readonly selector?: LabelSelector; readonly template?: PodTemplateSpec },
): Problem[] {
  const { selector, template } = spec;
  const problems: Problem[] = [];
  if (selector) {
    labelSelectorProblems(problems, 'spec.selector', selector);
    if (isEmpty(selector)) {
      problems.push(invalidValue('spec.selector', selector, `empty selector is invalid for ${kind}`));
    }
  }
  if (!template) return problems;
  const labels = template.metadata?.labels ?? {};
  const known = problems.length === 0 && selector;
  const shaped = typeof labels === 'object' && labels !== null && !Array.isArray(labels);
  if (known && shaped && !matches(selectorOf(selector), labels)) {
    problems.push(invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'));
  }
  problems.push(...templateProblems(template));
  return problems;
}

/** What is wrong with any template of pods. `at` is its path: `spec.template`. */
export function anyTemplateProblems(at: string, { metadata, spec }: PodTemplateSpec): Problem[] {
  const problems = [...templateMetadataProblems(`${at}.metadata`, metadata)];
  problems.push(...(spec ? podSpecProblems(`${at}.spec`, spec) : [required(`${at}.spec.containers`)]));
  return problems;
}

/** What is wrong with the template of pods that are kept running. */
export function templateProblems(template: PodTemplateSpec): Problem[] {
  const at = 'spec.template.spec';
  const problems = anyTemplateProblems('spec.template', template);
  const { spec } = template;
  if (!spec) return problems;
  if (spec.restartPolicy && spec.restartPolicy !== 'Always') {
    problems.push(notSupported(`${at}.restartPolicy`, spec.restartPolicy, ['Always']));
  }
  if (spec.activeDeadlineSeconds !== undefined && spec.activeDeadlineSeconds !== null) {
    problems.push(notAllowed(`${at}.activeDeadlineSeconds`, 'activeDeadlineSeconds in ReplicaSet is not Supported'));
  }
  return problems;
}

/** Which pods are a workload's own is decided once. */
export function selectorUpdateProblems(
  next: { readonly spec: { readonly selector: LabelSelector } },
  previous: { readonly spec: { readonly selector: LabelSelector } },
): Problem[] {
  const { selector } = next.spec;
  return equal(selector, previous.spec.selector) ? [] : [invalidValue('spec.selector', selector, 'field is immutable')];
}
