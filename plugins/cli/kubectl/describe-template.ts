// Describe: what pods and templates of pods have in common: containers, volumes, tolerations.

import type { Container } from '../../../core/model/container.ts';
import type { ContainerState, ContainerStatus } from '../../../core/model/container-status.ts';
import type { EnvVar } from '../../../core/model/env.ts';
import type { StringMap } from '../../../core/model/meta.ts';
import type { PodTemplateSpec } from '../../../core/model/pod-template.ts';
import type { Probe } from '../../../core/model/probe.ts';
import type { Toleration } from '../../../core/model/toleration.ts';
import { annotationLines, labelLines, multiline, time } from './describe-text.ts';
import { volumeLines } from './describe-volumes.ts';

export function podTemplate(
  template: PodTemplateSpec,
  annotations: StringMap | undefined = template.metadata?.annotations,
): string {
  const { spec } = template;
  return [
    'Pod Template:\n',
    labelLines('Labels', template.metadata?.labels, '  '),
    annotations && Object.keys(annotations).length > 0 ? annotationLines('Annotations', annotations, '  ') : '',
    spec?.serviceAccountName ? `  Service Account:\t${spec.serviceAccountName}\n` : '',
    spec?.initContainers ? containerLines('Init Containers', spec.initContainers, undefined, '  ') : '',
    containerLines('Containers', spec?.containers ?? [], undefined, '  '),
    volumeLines(spec?.volumes, '  '),
    spec?.priorityClassName ? `  Priority Class Name:\t${spec.priorityClassName}\n` : '',
    labelLines('Node-Selectors', spec?.nodeSelector, '  '),
    tolerationLines(spec?.tolerations, '  '),
  ].join('');
}

/** The value of a field of the pod, for variables that are taken from it. */
export type FieldOf = (path: string) => string;

/** @param space what a template's lines are set in by; '' for a pod */
export function containerLines(
  title: string,
  containers: readonly Container[],
  statuses: readonly ContainerStatus[] | undefined,
  space = '',
  fieldOf: FieldOf = () => '',
): string {
  if (containers.length === 0) return `${space}${title}: <none>\n`;
  const one = (container: Container) =>
    oneContainer(
      container,
      statuses?.find(({ name }) => name === container.name),
      space,
      fieldOf,
    );
  return `${space}${title}:\n${containers.map(one).join('')}`;
}

function oneContainer(
  container: Container,
  status: ContainerStatus | undefined,
  space: string,
  fieldOf: FieldOf,
): string {
  const { image = '', ports = [], command, args, resources, envFrom = [] } = container;
  const containerPorts = ports.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`);
  const hostPorts = ports.map(({ hostPort = 0, protocol }) => `${hostPort}/${protocol}`);
  const plural = ports.length > 1 ? 's' : '';
  return [
    `  ${space ? ' ' : ''}${container.name}:\n`,
    status ? `    Container ID:\t${status.containerID ?? ''}\n` : '',
    `    Image:\t${image}\n`,
    status ? `    Image ID:\t${status.imageID ?? ''}\n` : '',
    `    Port${plural}:\t${containerPorts.join(', ') || '<none>'}\n`,
    `    Host Port${plural}:\t${hostPorts.join(', ') || '<none>'}\n`,
    listLines('Command', command),
    listLines('Args', args),
    status ? statusLines(status) : '',
    quantityLines('Limits', resources?.limits),
    quantityLines('Requests', resources?.requests),
    probeLine('Liveness', container.livenessProbe),
    probeLine('Readiness', container.readinessProbe),
    probeLine('Startup', container.startupProbe),
    envFrom.length === 0 ? '' : `    Environment Variables from:\n${envFrom.map(envFromLine).join('')}`,
    environmentLines(container.env ?? [], fieldOf),
    mountLines(container),
  ].join('');
}

const listLines = (title: string, list: readonly string[] | undefined): string =>
  list && list.length > 0
    ? `    ${title}:\n${list
        .map((item) =>
          item
            .split('\n')
            .map((one) => `      ${one}\n`)
            .join(''),
        )
        .join('')}`
    : '';

const quantityLines = (title: string, map: StringMap | undefined): string =>
  map && Object.keys(map).length > 0
    ? `    ${title}:\n${Object.entries(map)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, amount]) => `      ${name}:\t${amount}\n`)
        .join('')}`
    : '';

function statusLines({ state, lastState, ready, restartCount }: ContainerStatus): string {
  const last = lastState?.terminated ? stateLines('Last State', lastState) : '';
  return `${stateLines('State', state)}${last}    Ready:\t${ready ? 'True' : 'False'}\n    Restart Count:\t${restartCount}\n`;
}

function stateLines(title: string, state: ContainerState | undefined): string {
  const { running, terminated, waiting } = state ?? {};
  if (running) return `    ${title}:\tRunning\n      Started:\t${time(running.startedAt)}\n`;
  if (!terminated) return `    ${title}:\tWaiting\n${waiting?.reason ? `      Reason:\t${waiting.reason}\n` : ''}`;
  return [
    `    ${title}:\tTerminated\n`,
    terminated.reason ? `      Reason:\t${terminated.reason}\n` : '',
    terminated.message ? `      Message:\t${terminated.message}\n` : '',
    `      Exit Code:\t${terminated.exitCode}\n`,
    terminated.signal ? `      Signal:\t${terminated.signal}\n` : '',
    `      Started:\t${time(terminated.startedAt)}\n`,
    `      Finished:\t${time(terminated.finishedAt)}\n`,
  ].join('');
}

function probeLine(title: string, probe: Probe | undefined): string {
  if (!probe) return '';
  const { exec, httpGet, tcpSocket, grpc } = probe;
  const how = exec
    ? `exec [${(exec.command ?? []).join(' ')}]`
    : httpGet
      ? `http-get ${(httpGet.scheme ?? 'HTTP').toLowerCase()}://${httpGet.host ?? ''}:${httpGet.port}${httpGet.path ?? ''}`
      : tcpSocket
        ? `tcp-socket ${tcpSocket.host ?? ''}:${tcpSocket.port}`
        : grpc
          ? `grpc <pod>:${grpc.port} ${grpc.service ?? ''}`
          : 'unknown';
  const {
    initialDelaySeconds = 0,
    timeoutSeconds = 1,
    periodSeconds = 10,
    successThreshold = 1,
    failureThreshold = 3,
  } = probe;
  const numbers = `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s #success=${successThreshold} #failure=${failureThreshold}`;
  return `    ${title}:\t${how} ${numbers}\n`;
}

function envFromLine({ prefix, configMapRef, secretRef }: NonNullable<Container['envFrom']>[number]): string {
  const from = `${configMapRef ? 'ConfigMap' : 'Secret'}${prefix ? ` with prefix '${prefix}'` : ''}`;
  const { name, optional = false } = configMapRef ?? secretRef ?? {};
  return `      ${name}\t${from}\tOptional: ${optional}\n`;
}

function environmentLines(env: readonly EnvVar[], fieldOf: FieldOf): string {
  if (env.length === 0) return '    Environment:\t<none>\n';
  return `    Environment:\n${env.map((one) => variableLine(one, fieldOf)).join('')}`;
}

function variableLine({ name, value = '', valueFrom }: EnvVar, fieldOf: FieldOf): string {
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom ?? {};
  if (fieldRef)
    return `      ${name}:\t${fieldOf(fieldRef.fieldPath)} (${fieldRef.apiVersion ?? 'v1'}:${fieldRef.fieldPath})\n`;
  if (resourceFieldRef) return `      ${name}:\t${fieldOf(resourceFieldRef.resource)} (${resourceFieldRef.resource})\n`;
  if (secretKeyRef) {
    return `      ${name}:\t<set to the key '${secretKeyRef.key}' in secret '${secretKeyRef.name}'>\tOptional: ${secretKeyRef.optional ?? false}\n`;
  }
  if (configMapKeyRef) {
    return `      ${name}:\t<set to the key '${configMapKeyRef.key}' of config map '${configMapKeyRef.name}'>\tOptional: ${configMapKeyRef.optional ?? false}\n`;
  }
  const [first, ...more] = value.split('\n');
  return `      ${name}:\t${first}\n${more.map((one) => `      \t${one}\n`).join('')}`;
}

function mountLines({ volumeMounts = [] }: Container): string {
  if (volumeMounts.length === 0) return '    Mounts:\t<none>\n';
  const rows = [...volumeMounts]
    .sort((a, b) => (a.mountPath < b.mountPath ? -1 : 1))
    .map(({ mountPath, name, readOnly, subPath }) => {
      const flags = [readOnly ? 'ro' : 'rw', ...(subPath ? [`path="${subPath}"`] : [])];
      return `      ${mountPath} from ${name} (${flags.join(',')})\n`;
    });
  return `    Mounts:\n${rows.join('')}`;
}

export function tolerationLines(tolerations: readonly Toleration[] | undefined, indent = ''): string {
  const lines = [...(tolerations ?? [])]
    .sort((a, b) => ((a.key ?? '') < (b.key ?? '') ? -1 : 1))
    .map(({ key = '', operator, value, effect, tolerationSeconds }) => {
      const what = `${key}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}`;
      const how = operator === 'Exists' && !value ? `${key || effect ? ' ' : ''}op=Exists` : '';
      return `${what}${how}${tolerationSeconds === undefined ? '' : ` for ${tolerationSeconds}s`}`;
    });
  return multiline('Tolerations', lines, indent);
}
