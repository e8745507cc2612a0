// kubectl describe service

import type { EndpointSlice } from '../../../core/model/endpoint-slice.ts';
import type { Service } from '../../../core/model/service.ts';
import { annotationLines, eventLines, inOneLine, labelLines, line, lineIf } from './describe-text.ts';
import type { AnyObject } from './records.ts';
import { pathOf } from './resource-types.ts';
import type { Session } from './session.ts';

export async function describeService(session: Session, service: Service): Promise<string> {
  const { metadata, spec, status } = service;
  const slices = await slicesOf(session, service);
  const ingress = status?.loadBalancer?.ingress ?? [];
  return [
    line('Name', metadata.name),
    line('Namespace', metadata.namespace),
    labelLines('Labels', metadata.labels),
    annotationLines('Annotations', metadata.annotations),
    line('Selector', inOneLine(spec.selector)),
    line('Type', spec.type),
    lineIf('IP Family Policy', spec.ipFamilyPolicy),
    spec.ipFamilies && spec.ipFamilies.length > 0 ? line('IP Families', spec.ipFamilies.join(',')) : '',
    line('IP', spec.clusterIP ?? ''),
    spec.clusterIPs && spec.clusterIPs.length > 0 ? line('IPs', spec.clusterIPs.join(',')) : line('IPs', '<none>'),
    spec.externalIPs && spec.externalIPs.length > 0 ? line('External IPs', spec.externalIPs.join(',')) : '',
    lineIf('Desired LoadBalancer IP', spec.loadBalancerIP),
    lineIf('External Name', spec.externalName),
    ingress.length > 0
      ? line('LoadBalancer Ingress', ingress.map(({ ip, hostname }) => ip ?? hostname).join(', '))
      : '',
    ...(spec.ports ?? []).map((port) => portLines(port, slices)),
    line('Session Affinity', spec.sessionAffinity ?? ''),
    lineIf('External Traffic Policy', spec.externalTrafficPolicy),
    lineIf('Internal Traffic Policy', spec.internalTrafficPolicy),
    await eventLines(session, service as unknown as AnyObject),
  ].join('');
}

async function slicesOf(session: Session, { metadata }: Service): Promise<EndpointSlice[]> {
  const path = pathOf(await session.type('endpointslices.discovery.k8s.io'), metadata.namespace);
  const labelSelector = `kubernetes.io/service-name=${metadata.name}`;
  return (await session.server.get<{ items?: EndpointSlice[] }>(path, { labelSelector })).items ?? [];
}

type ServicePort = NonNullable<Service['spec']['ports']>[number];

function portLines(port: ServicePort, slices: readonly EndpointSlice[]): string {
  const name = port.name || '<unset>';
  return [
    `Port:\t${name}\t${port.port}/${port.protocol}\n`,
    port.targetPort === undefined ? '' : `TargetPort:\t${port.targetPort}/${port.protocol}\n`,
    port.nodePort ? `NodePort:\t${name}\t${port.nodePort}/${port.protocol}\n` : '',
    `Endpoints:\t${endpointsOf(port, slices)}\n`,
  ].join('');
}

/** At most three addresses, and how many there are besides. */
function endpointsOf(port: ServicePort, slices: readonly EndpointSlice[]): string {
  const addresses = slices.flatMap(({ ports = [], endpoints = [] }) =>
    ports
      .filter(({ name = '' }) => name === (port.name ?? ''))
      .flatMap(({ port: number }) =>
        endpoints
          .filter(({ conditions }) => conditions?.ready !== false)
          .flatMap(({ addresses: of }) => of.map((address) => `${address}:${number}`)),
      ),
  );
  const more = addresses.length > 3 ? ` + ${addresses.length - 3} more...` : '';
  return `${addresses.slice(0, 3).join(',')}${more}`;
}
