// Defaults of Deployments (Kubernetes, pkg/apis/apps/v1/defaults.go).

import { fill, ifObject, within } from './defaults.ts';
import type { Deployment, DeploymentSpec } from './deployment.ts';
import { defaultTemplate } from './pod-defaults.ts';

export const defaultDeployment = (deployment: Deployment): Deployment =>
  within(deployment, 'spec', ifObject(defaultSpec));

function defaultSpec(given: DeploymentSpec): DeploymentSpec {
  const spec = fill(given, {
    replicas: 1,
    strategy: {},
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
  });
  const withStrategy = within(
    spec,
    'strategy',
    ifObject((strategy) => {
      const next = fill(strategy, { type: 'RollingUpdate' });
      if (next.type !== 'RollingUpdate') return next;
      return within(
        fill(next, { rollingUpdate: {} }),
        'rollingUpdate',
        ifObject((rolling) => fill(rolling, { maxUnavailable: '25%', maxSurge: '25%' })),
      );
    }),
  );
  return within(withStrategy, 'template', defaultTemplate);
}
