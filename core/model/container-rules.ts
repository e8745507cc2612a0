// Rules of containers that look at several fields at once (Kubernetes, pkg/apis/core/validation). The rules of single
// fields stand in container.ts and the classes of its parts.

import { invalidValue, notAllowed, notFoundValue, notSupported, type Problem, required } from './causes.ts';
import type { Container } from './container.ts';
import type { EnvVar } from './env.ts';
import type { LifecycleHandler } from './lifecycle.ts';
import type { Probe } from './probe.ts';
import { compare, isQuantity } from './quantity.ts';
import type { ResourceRequirements } from './resources.ts';

/** Which of the keys have a value. */
export const given = <T extends object>(object: T, keys: readonly (keyof T & string)[]): (keyof T & string)[] =>
  keys.filter((key) => object[key] !== undefined && object[key] !== null);

/** What is wrong with a container of a pod that has these volumes. `at` is the container's path. */
export function containerProblems(
  problems: Problem[],
  at: string,
  container: Container,
  volumes: ReadonlySet<string>,
): void {
  if (container.env) envProblems(problems, `${at}.env`, container.env);
  if (container.envFrom) {
    container.envFrom.forEach((source, i) => {
      const sources = given(source, ['configMapRef', 'secretRef']);
      if (sources.length === 0)
        problems.push(invalidValue(`${at}.envFrom[${i}]`, '', 'must specify one of: `configMapRef` or `secretRef`'));
      else if (sources.length > 1)
        problems.push(invalidValue(`${at}.envFrom[${i}]`, '', 'may not have more than one field specified at a time'));
    });
  }
  if (container.resources) resourceProblems(problems, `${at}.resources`, container.resources);
  if (container.volumeMounts) mountProblems(problems, at, container, volumes);
  if (container.livenessProbe) probeProblems(problems, `${at}.livenessProbe`, container.livenessProbe, true);
  if (container.readinessProbe) {
    probeProblems(problems, `${at}.readinessProbe`, container.readinessProbe, false);
    if (container.readinessProbe.terminationGracePeriodSeconds) {
      const field = `${at}.readinessProbe.terminationGracePeriodSeconds`;
      const { terminationGracePeriodSeconds } = container.readinessProbe;
      problems.push(invalidValue(field, terminationGracePeriodSeconds, 'must not be set for readinessProbes'));
    }
  }
  if (container.startupProbe) probeProblems(problems, `${at}.startupProbe`, container.startupProbe, true);
  if (container.lifecycle) {
    const { postStart, preStop } = container.lifecycle;
    if (postStart) handlerProblems(problems, `${at}.lifecycle.postStart`, postStart);
    if (preStop) handlerProblems(problems, `${at}.lifecycle.preStop`, preStop);
  }
}

/** What a variable can be taken from, inside a pod. */
const fieldPaths = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

function envProblems(problems: Problem[], at: string, env: readonly EnvVar[]): void {
  env.forEach(({ value, valueFrom }, i) => {
    if (!valueFrom) return;
    const field = `${at}[${i}].valueFrom`;
    const sources = given(valueFrom, ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef']);
    if (value) {
      if (sources.length > 0) problems.push(invalidValue(field, '', 'may not be specified when `value` is not empty'));
    } else if (sources.length === 0) {
      const detail = 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`';
      problems.push(invalidValue(field, '', detail));
    }
    if (sources.length > 1) {
      problems.push(invalidValue(field, '', 'may not have more than one field specified at a time'));
    }
    const path = valueFrom.fieldRef?.fieldPath;
    if (path && !fieldPaths.includes(path) && !/^metadata\.(labels|annotations)\['.+'\]$/.test(path)) {
      problems.push(notSupported(`${field}.fieldRef.fieldPath`, path, fieldPaths));
    }
  });
}

function resourceProblems(problems: Problem[], at: string, { limits, requests }: ResourceRequirements): void {
  if (!limits || !requests) return;
  for (const name of Object.keys(requests)) {
    const request = requests[name];
    const limit = Object.hasOwn(limits, name) ? limits[name] : undefined;
    if (request === limit || !isQuantity(request) || !isQuantity(limit)) continue;
    if (compare(request, limit) > 0) {
      problems.push(invalidValue(`${at}.requests`, request, `must be less than or equal to ${name} limit of ${limit}`));
    }
  }
}

function mountProblems(problems: Problem[], at: string, container: Container, volumes: ReadonlySet<string>): void {
  const paths = new Set<string>();
  container.volumeMounts?.forEach(({ name, mountPath, subPath, subPathExpr }, i) => {
    const field = `${at}.volumeMounts[${i}]`;
    if (name && !volumes.has(name)) problems.push(notFoundValue(`${field}.name`, name));
    if (mountPath && paths.has(mountPath)) {
      problems.push(invalidValue(`${field}.mountPath`, mountPath, 'must be unique'));
    }
    paths.add(mountPath);
    if (subPath && subPathExpr) {
      problems.push(
        invalidValue(`${field}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'),
      );
    }
  });
}

function probeProblems(problems: Problem[], at: string, probe: Probe, onceOnly: boolean): void {
  oneHandler(problems, at, given(probe, ['exec', 'httpGet', 'tcpSocket', 'grpc']));
  if (onceOnly && probe.successThreshold !== undefined && probe.successThreshold !== 1) {
    problems.push(invalidValue(`${at}.successThreshold`, probe.successThreshold, 'must be 1'));
  }
}

const handlerProblems = (problems: Problem[], at: string, handler: LifecycleHandler): void =>
  oneHandler(problems, at, given(handler, ['exec', 'httpGet', 'tcpSocket', 'sleep']));

function oneHandler(problems: Problem[], at: string, handlers: readonly string[]): void {
  if (handlers.length === 0) problems.push(required(at, 'must specify a handler type'));
  for (const extra of handlers.slice(1)) {
    problems.push(notAllowed(`${at}.${extra}`, 'may not specify more than 1 handler type'));
  }
}
