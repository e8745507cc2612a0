// Ingress: which Service answers which HTTP address. Stored and given back; a real cluster has an ingress controller that
// acts on it, and so may this one, as a plugin.

import { ageColumn, column, nameColumn, none } from '../columns.ts';
import { Dns1123Subdomain, OneOf, Port } from '../field-rules.ts';
import { KubeObjectBase } from '../object.ts';
import { TypedLocalObjectReference } from '../object-reference.ts';
import { type Resource, resource } from '../resource.ts';
import { Nested, NestedList, Required, Text, TextList } from '../rules.ts';
import { ingressProblems } from './ingress-rules.ts';

export class ServiceBackendPort {
  @Text() readonly name?: string;
  @Port() readonly number?: number;
}

export class IngressServiceBackend {
  @Required() @Text() readonly name!: string;
  @Nested(() => ServiceBackendPort) readonly port?: ServiceBackendPort;
}

export class IngressBackend {
  @Nested(() => IngressServiceBackend) readonly service?: IngressServiceBackend;
  @Nested(() => TypedLocalObjectReference) readonly resource?: TypedLocalObjectReference;
}

export class HTTPIngressPath {
  @Text() readonly path?: string;
  @Required('pathType must be specified')
  @OneOf('Exact', 'ImplementationSpecific', 'Prefix')
  readonly pathType!: string;
  @Required() @Nested(() => IngressBackend) readonly backend!: IngressBackend;
}

export class HTTPIngressRuleValue {
  @Required() @NestedList(() => HTTPIngressPath) readonly paths!: readonly HTTPIngressPath[];
}

export class IngressRule {
  @Text() readonly host?: string;
  @Nested(() => HTTPIngressRuleValue) readonly http?: HTTPIngressRuleValue;
}

export class IngressTLS {
  @TextList() readonly hosts?: readonly string[];
  @Text() readonly secretName?: string;
}

export class IngressSpec {
  /** Who acts on it; the default class unless told. */
  @Dns1123Subdomain() readonly ingressClassName?: string;
  /** For addresses that no rule knows. */
  @Nested(() => IngressBackend) readonly defaultBackend?: IngressBackend;
  @NestedList(() => IngressTLS) readonly tls?: readonly IngressTLS[];
  @NestedList(() => IngressRule) readonly rules?: readonly IngressRule[];
}

export class IngressLoadBalancerIngress {
  @Text() readonly ip?: string;
  @Text() readonly hostname?: string;
}

export class IngressLoadBalancerStatus {
  @NestedList(() => IngressLoadBalancerIngress) readonly ingress?: readonly IngressLoadBalancerIngress[];
}

export class IngressStatus {
  @Nested(() => IngressLoadBalancerStatus) readonly loadBalancer?: IngressLoadBalancerStatus;
}

export class Ingress extends KubeObjectBase {
  @Nested(() => IngressSpec) readonly spec?: IngressSpec;
  @Nested(() => IngressStatus) readonly status?: IngressStatus;
}

/** The hosts of all rules, the first three of them. */
function hosts({ spec }: Ingress): string {
  const names = (spec?.rules ?? []).slice(0, 3).flatMap(({ host }) => (host ? [host] : []));
  const more = (spec?.rules ?? []).length - 3;
  if (names.length === 0) return '*';
  return names.join(',') + (more > 0 ? ` + ${more} more...` : '');
}

const addresses = ({ status }: Ingress): string =>
  (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || (hostname ?? '')).join(',');

export const Ingresses: Resource<Ingress> = resource<Ingress>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  singular: 'ingress',
  shortNames: ['ing'],
  storageName: 'ingress',
  hasStatus: true,
  namespaced: true,
  type: Ingress,
  columns: [
    nameColumn(),
    column('Class', ({ spec }) => spec?.ingressClassName ?? none, 'Who acts on it.'),
    column('Hosts', hosts, 'Hosts that it is for.'),
    column('Address', addresses, 'Where it is reached.'),
    column('Ports', ({ spec }) => ((spec?.tls ?? []).length > 0 ? '80, 443' : '80'), 'Ports of the addresses.'),
    ageColumn(),
  ],
  prepareForCreate: (ingress) => ({ ...ingress, status: { loadBalancer: {} } }),
  validate: ingressProblems,
});
