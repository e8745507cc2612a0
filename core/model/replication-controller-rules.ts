// Defaults and rules of ReplicationControllers (Kubernetes, pkg/apis/core): selector and labels come from the template.

import { invalidValue, type Problem, required } from './causes.ts';
import { fill, ifObject, within } from './defaults.ts';
import { matches, selectorOfMap } from './labels.ts';
import { defaultTemplate } from './pod-defaults.ts';
import type { ReplicationController } from './replication-controller.ts';
import { templateProblems } from './selector-rules.ts';

const isEmpty = (map: object | undefined | null): boolean => Object.keys(map ?? {}).length === 0;

export function defaultReplicationController(given: ReplicationController): ReplicationController {
  const labels = given.spec?.template?.metadata?.labels;
  let controller = given;
  if (labels && !isEmpty(labels)) {
    if (isEmpty(controller.metadata.labels)) {
      controller = { ...controller, metadata: { ...controller.metadata, labels } };
    }
    if (isEmpty(controller.spec.selector)) {
      controller = { ...controller, spec: { ...controller.spec, selector: labels } };
    }
  }
  return within(
    controller,
    'spec',
    ifObject((spec) => within(fill(spec, { replicas: 1 }), 'template', defaultTemplate)),
  );
}

export function replicationControllerProblems({ spec }: ReplicationController): readonly Problem[] {
  if (!spec) return [];
  const { selector, template } = spec;
  if (isEmpty(selector)) return [required('spec.selector')];
  if (!template) return [required('spec.template')];
  const labels = template.metadata?.labels ?? {};
  const problems = templateProblems(template);
  if (!matches(selectorOfMap(selector), labels)) {
    const detail = '`selector` does not match template `labels`';
    problems.push(invalidValue('spec.template.metadata.labels', labels, detail));
  }
  return problems;
}
