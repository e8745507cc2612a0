// Defaults and rules of StatefulSets (Kubernetes, pkg/apis/apps/v1/defaults.go, pkg/apis/apps/validation).

import { notAllowed, type Problem } from '../causes.ts';
import { each, fill, ifObject, within } from '../defaults.ts';
import { equal } from '../equal.ts';
import { type PersistentVolumeClaim, PersistentVolumeClaims } from '../persistent-volume-claim.ts';
import { defaultTemplate } from '../pod-defaults.ts';
import { revise } from '../revise.ts';
import { workloadProblems } from '../selector-rules.ts';
import type { StatefulSet, StatefulSetSpec } from './stateful-set.ts';

export const defaultStatefulSet = (given: StatefulSet): StatefulSet => within(given, 'spec', ifObject(defaultSpec));

function defaultSpec(given: StatefulSetSpec): StatefulSetSpec {
  const filled = fill(given, {
    replicas: 1,
    podManagementPolicy: 'OrderedReady',
    updateStrategy: {},
    revisionHistoryLimit: 10,
    persistentVolumeClaimRetentionPolicy: {},
  });
  return revise(filled, {
    updateStrategy: within(
      { of: fillStrategy(filled.updateStrategy ?? {}) },
      'of',
      ifObject((strategy) => {
        if (strategy.type !== 'RollingUpdate') return strategy;
        const partition = ifObject((rolling: object) => fill(rolling, { partition: 0 }));
        return within(fill(strategy, { rollingUpdate: {} }), 'rollingUpdate', partition);
      }),
    ).of,
    persistentVolumeClaimRetentionPolicy: retain(filled.persistentVolumeClaimRetentionPolicy ?? {}),
    volumeClaimTemplates: filled.volumeClaimTemplates && defaultClaims(filled.volumeClaimTemplates),
    template: filled.template && defaultTemplate(filled.template),
  });
}

type Strategy = NonNullable<StatefulSetSpec['updateStrategy']>;
type Retention = NonNullable<StatefulSetSpec['persistentVolumeClaimRetentionPolicy']>;

const fillStrategy = ifObject((strategy: Strategy): Strategy => fill(strategy, { type: 'RollingUpdate' }));
const retain = ifObject(
  (policy: Retention): Retention => fill(policy, { whenDeleted: 'Retain', whenScaled: 'Retain' }),
);

const pending = Object.freeze({ phase: 'Pending' });

/** Claims of the future, with all that a claim has. */
const defaultClaims = each((claim: PersistentVolumeClaim): PersistentVolumeClaim => {
  const filled = fill(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', status: pending });
  return PersistentVolumeClaims.default?.(filled) ?? filled;
});

/** In Kubernetes' order. */
const changeable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const satisfies readonly (keyof StatefulSetSpec)[];

const quoted = changeable.map((field) => `'${field}'`);
const others = `updates to statefulset spec for fields other than ${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)} are forbidden`;

export const statefulSetProblems = {
  validate: ({ spec }: StatefulSet): readonly Problem[] => (spec ? workloadProblems('statefulset', spec) : []),
  validateUpdate(next: StatefulSet, previous: StatefulSet): readonly Problem[] {
    const kept = Object.fromEntries(changeable.map((field) => [field, undefined]));
    const isSame = equal({ ...next.spec, ...kept }, { ...previous.spec, ...kept });
    return isSame ? [] : [notAllowed('spec', others)];
  },
};
