// Carry out: a workload's steps, one after the other, on a target. Each is waited for, unless it says otherwise.

import type { KubeObject } from '../../../../core/model/meta.ts';
import { MadeObjects } from './made-objects.ts';
import type { Target } from './target.ts';
import type { PodChoice, Step, Workload } from './workload.ts';

export async function carryOut(workload: Workload, target: Target): Promise<void> {
  const made = new MadeObjects();
  const ends: (() => void)[] = [];
  const namespaces = new Set<string>();
  const enter = async (
    name: string,
    template: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: unnamed },
  ) => {
    if (namespaces.has(name)) return;
    namespaces.add(name);
    const object = made.any({ ...template, metadata: { ...template.metadata, generateName: `${name}/` } });
    await target.createNamespace({ ...object, metadata: { ...object.metadata, name } });
  };
  try {
    for (const step of workload.steps) {
      switch (step.do) {
        case 'createNodes':
          await target.createNodes(Array.from({ length: step.count }, (_, at) => made.node(step, at)));
          break;
        case 'createNamespaces':
          for (let at = 0; at < step.count; at += 1) await enter(`${step.prefix}-${at}`, step.template);
          break;
        case 'createPods': {
          await enter(step.namespace);
          const pods = Array.from({ length: step.count }, () => made.pod(step.template, step.namespace));
          await target.createPods(pods, step);
          if (step.waits) await target.settled({ namespaces: [step.namespace] }, false);
          break;
        }
        case 'createAny': {
          const { namespace = 'default' } = step;
          await enter(namespace);
          for (let at = 0; at < step.count; at += 1) await target.create(made.ofKind(step.template, namespace));
          break;
        }
        case 'deletePods':
          await deletePods(step, target);
          break;
        case 'churn':
          await enter(step.namespace);
          ends.push(churn(step, target, made));
          break;
        case 'barrier':
          await target.settled(step.choice, step.attempted);
          break;
        case 'sleep':
          await target.sleep(step.milliseconds);
          break;
        case 'startCollectingMetrics':
          target.measure(step.choice);
          break;
        case 'stopCollectingMetrics':
          target.measure(undefined);
          break;
      }
    }
    const measured = workload.steps.some((step) => step.do === 'createPods' && step.measured && !step.waits);
    if (measured) await target.settled({}, false);
  } finally {
    for (const end of ends) end();
  }
}

const unnamed = { name: '', uid: '', resourceVersion: '', creationTimestamp: '' };

async function deletePods(step: Extract<Step, { do: 'deletePods' }>, target: Target): Promise<void> {
  const chosen: PodChoice = step.choice;
  const pods = [...target.pods(chosen)];
  if (step.perSecond === undefined) {
    for (const pod of pods) await target.delete(pod);
    return;
  }
  const pause = 1000 / step.perSecond;
  if (step.waits) {
    for (const pod of pods) {
      await target.delete(pod);
      await target.sleep(pause);
    }
    return;
  }
  const end = target.every(pause, async () => {
    const pod = pods.shift();
    if (pod) await target.delete(pod);
    else end();
  });
}

/** @returns what ends it */
function churn(step: Extract<Step, { do: 'churn' }>, target: Target, made: MadeObjects): () => void {
  const { templates, number, interval, namespace, mode } = step;
  let created = 0;
  let alive: KubeObject[] = [];
  const create = async () => {
    for (const template of templates) {
      const object = made.ofKind(template, namespace);
      await target.create(object);
      if (mode === 'recreate') alive.push(object);
    }
    created += 1;
  };
  return target.every(interval, async () => {
    if (created < number) return create();
    if (mode === 'create') return;
    // All of them are there: all go again, and it begins anew.
    for (const object of alive) await target.delete(object);
    alive = [];
    created = 0;
  });
}
