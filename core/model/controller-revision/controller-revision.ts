// ControllerRevision: one state of a template, kept so that a DaemonSet or StatefulSet can go back to it. (A Deployment
// keeps its old templates in its ReplicaSets.) What is in it is decided at birth; only its number may change.

import { invalidValue, type Problem, required } from '../causes.ts';
import { ageColumn, column, integers, nameColumn, none } from '../columns.ts';
import { equal } from '../equal.ts';
import { Int } from '../field-rules.ts';
import { controllerOf } from '../meta.ts';
import { KubeObjectBase } from '../object.ts';
import { type Resource, resource } from '../resource.ts';
import { Free } from '../rules.ts';

export class ControllerRevision extends KubeObjectBase {
  /** As a patch: `{ spec: { template: { ..., $patch: 'replace' } } }`. */
  @Free() readonly data?: object;
  /** The greater the newer. */
  @Int({ min: 0 }) readonly revision!: number;
}

const updateProblems = (next: ControllerRevision, previous: ControllerRevision): Problem[] =>
  equal(next.data, previous.data) ? [] : [invalidValue('data', next.data, 'field is immutable')];

/** `daemonset.apps/agent` */
function controllerText(revision: ControllerRevision): string {
  const owner = controllerOf(revision);
  if (!owner) return none;
  const [group] = owner.apiVersion.includes('/') ? owner.apiVersion.split('/') : [''];
  return `${owner.kind.toLowerCase()}${group ? `.${group}` : ''}/${owner.name}`;
}

export const ControllerRevisions: Resource<ControllerRevision> = resource<ControllerRevision>({
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  singular: 'controllerrevision',
  namespaced: true,
  type: ControllerRevision,
  columns: [
    nameColumn(),
    column('Controller', controllerText, 'Controller of the object.'),
    integers('Revision', ({ revision }) => revision ?? 0, 'The greater the newer.'),
    ageColumn(),
  ],
  validate: ({ data }) => (data ? [] : [required('data', 'data is mandatory')]),
  validateUpdate: updateProblems,
});
