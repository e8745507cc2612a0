// IngressClass: a kind of ingress, and who acts on Ingresses of it. Stored and given back.

import { invalidValue, type Problem, required } from '../causes.ts';
import { ageColumn, column, nameColumn, none } from '../columns.ts';
import { fill, ifObject, within } from '../defaults.ts';
import { OneOf } from '../field-rules.ts';
import { KubeObjectBase } from '../object.ts';
import { type Resource, resource } from '../resource.ts';
import { Nested, Required, Text } from '../rules.ts';

export class IngressClassParametersReference {
  @Text() readonly apiGroup?: string;
  @Required() @Text() readonly kind!: string;
  @Required() @Text() readonly name!: string;
  @OneOf('Cluster', 'Namespace') readonly scope?: string;
  @Text() readonly namespace?: string;
}

export class IngressClassSpec {
  /** Who acts: `example.com/ingress-controller`. Decided at birth. */
  @Text() readonly controller?: string;
  @Nested(() => IngressClassParametersReference) readonly parameters?: IngressClassParametersReference;
}

export class IngressClass extends KubeObjectBase {
  @Nested(() => IngressClassSpec) readonly spec?: IngressClassSpec;
}

/** `configmap.example.com/fast` */
function parameters({ spec }: IngressClass): string {
  const { apiGroup, kind = '', name } = spec?.parameters ?? {};
  return spec?.parameters ? `${kind.toLowerCase()}${apiGroup ? `.${apiGroup}` : ''}/${name}` : none;
}

const problems = ({ spec }: IngressClass): readonly Problem[] => {
  const { scope, namespace } = spec?.parameters ?? {};
  return scope === 'Namespace' && !namespace
    ? [required('spec.parameters.namespace', "`parameters.scope` is set to 'Namespace'")]
    : [];
};

const updateProblems = (next: IngressClass, previous: IngressClass): readonly Problem[] =>
  next.spec?.controller === previous.spec?.controller
    ? []
    : [invalidValue('spec.controller', next.spec?.controller, 'field is immutable')];

export const IngressClasses: Resource<IngressClass> = resource<IngressClass>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  singular: 'ingressclass',
  namespaced: false,
  type: IngressClass,
  columns: [
    nameColumn(),
    column('Controller', ({ spec }) => spec?.controller ?? '', 'Who acts on Ingresses of it.'),
    column('Parameters', parameters, 'What the controller is told besides.'),
    ageColumn(),
  ],
  // Kubernetes counts it, though there is no status.
  prepareForCreate: (given) => ({ ...given, metadata: { ...given.metadata, generation: 1 } }),
  default: (given) =>
    within(
      given,
      'spec',
      ifObject((spec) =>
        within(
          spec,
          'parameters',
          ifObject((one) => fill(one, { scope: 'Cluster' })),
        ),
      ),
    ),
  validate: problems,
  validateUpdate: updateProblems,
});
