// Rules of pods that look at several fields at once, and what of a pod may change (Kubernetes, pkg/apis/core/validation).
// The rules of single fields stand in pod-spec.ts and the classes of its parts.

import { duplicate, invalidValue, notAllowed, notSupported, type Problem, required } from './causes.ts';
import type { Container } from './container.ts';
import { containerProblems } from './container-rules.ts';
import { equal } from './equal.ts';
import { affinityProblems, spreadProblems, tolerationProblems } from './placement-rules.ts';
import type { Pod } from './pod.ts';
import type { PodSpec } from './pod-spec.ts';
import { volumeProblems } from './volume-rules.ts';

/** What is wrong with a pod's spec, or a template's. `at` is its path: `spec`, `spec.template.spec`. */
export function podSpecProblems(at: string, spec: PodSpec): readonly Problem[] {
  const problems: Problem[] = [];
  const volumes = new Set<string>();
  spec.volumes?.forEach((volume, i) => {
    volumes.add(volume.name);
    volumeProblems(problems, `${at}.volumes[${i}]`, volume);
  });
  const names = new Set<string>();
  const check = (list: readonly Container[] | undefined, field: string): void => {
    list?.forEach((container, i) => {
      const path = `${at}.${field}[${i}]`;
      if (container.name && names.has(container.name)) problems.push(duplicate(`${path}.name`, container.name));
      names.add(container.name);
      containerProblems(problems, path, container, volumes);
      restartProblems(problems, path, container, field);
    });
  };
  check(spec.containers, 'containers');
  check(spec.initContainers, 'initContainers');
  check(spec.ephemeralContainers, 'ephemeralContainers');
  if (spec.dnsPolicy === 'None' && !spec.dnsConfig?.nameservers?.length) {
    const detail = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
    problems.push(required(`${at}.dnsConfig.nameservers`, detail));
  }
  if (spec.tolerations) tolerationProblems(problems, `${at}.tolerations`, spec.tolerations);
  if (spec.affinity) affinityProblems(problems, `${at}.affinity`, spec.affinity);
  if (spec.topologySpreadConstraints) {
    spreadProblems(problems, `${at}.topologySpreadConstraints`, spec.topologySpreadConstraints);
  }
  if (spec.schedulingGates?.length && spec.nodeName) {
    problems.push(notAllowed(`${at}.nodeName`, 'cannot be set until all schedulingGates have been cleared'));
  }
  return problems;
}

/** Only init containers may say when they are restarted: `Always` makes a sidecar of one. */
function restartProblems(problems: Problem[], at: string, container: Container, field: string): void {
  const { restartPolicy } = container;
  if (!restartPolicy) return;
  if (field === 'initContainers') {
    if (restartPolicy !== 'Always') problems.push(notSupported(`${at}.restartPolicy`, restartPolicy, ['Always']));
  } else problems.push(notAllowed(`${at}.restartPolicy`, 'may not be set for non-init containers'));
}

const onlyThese =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** What changed in a pod and must not. */
export function podUpdateProblems(next: Pod, previous: Pod): readonly Problem[] {
  if (next.spec === previous.spec) return [];
  const problems: Problem[] = [];
  const before = previous.spec;
  const now = next.spec;
  if (before.activeDeadlineSeconds !== undefined && before.activeDeadlineSeconds !== null) {
    const seconds = now.activeDeadlineSeconds;
    if (seconds === undefined || seconds === null || seconds > before.activeDeadlineSeconds) {
      const detail = `must be less than or equal to previous value`;
      problems.push(invalidValue('spec.activeDeadlineSeconds', seconds ?? '', detail));
    }
  }
  const kept = (before.tolerations ?? []).every((old) => (now.tolerations ?? []).some((one) => sameButFor(one, old)));
  if (!kept)
    problems.push(
      notAllowed('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds'),
    );
  const gates = (before.schedulingGates ?? []).map((gate) => gate.name);
  (now.schedulingGates ?? []).forEach(({ name }, i) => {
    if (gates.includes(name)) return;
    problems.push(
      notAllowed(`spec.schedulingGates[${i}]`, `only deletion is allowed, but found new scheduling gate '${name}'`),
    );
  });
  const allowed: PodSpec = {
    ...now,
    ...pick(before, ['activeDeadlineSeconds', 'tolerations', 'schedulingGates']),
    containers: withImages(now.containers, before.containers),
    ...(now.initContainers && { initContainers: withImages(now.initContainers, before.initContainers) }),
  };
  if (gates.length > 0)
    return equalButPlacement(allowed, before) ? problems : [...problems, notAllowed('spec', onlyThese)];
  return equal(allowed, before) ? problems : [...problems, notAllowed('spec', onlyThese)];
}

/** A gated pod may still be told where it may go. */
const equalButPlacement = (a: PodSpec, b: PodSpec): boolean =>
  equal({ ...a, nodeSelector: b.nodeSelector, affinity: b.affinity }, b);

/** A toleration's duration may change while it is the same otherwise. */
const sameButFor = (a: object, b: object): boolean =>
  equal({ ...a, tolerationSeconds: undefined }, { ...b, tolerationSeconds: undefined });

/** The containers with the images they had. */
const withImages = (now: readonly Container[], before: readonly Container[] | undefined): readonly Container[] =>
  now.map((container, i) => ({ ...container, image: before?.[i]?.image ?? container.image }));

const pick = <T extends object, K extends keyof T>(object: T, keys: readonly K[]): Pick<T, K> =>
  Object.fromEntries(keys.map((key) => [key, object[key]])) as Pick<T, K>;
