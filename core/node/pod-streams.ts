// Pod streams: which container, or which sandbox, a stream to a pod means: exec, attach, port-forward. Errors are a real
// kubelet's words (kubelet_pods.go: GetExec, GetAttach, GetPortForward); the API server hands them through.

import type { ContainerRuntime, ContainerStatus } from '../contracts/container-runtime.ts';
import type { PortConnection } from '../contracts/kubelet-connection.ts';
import { ApiError } from '../model/status.ts';
import { latestRun } from './pod-runtime.ts';
import type { PodWorker } from './pod-worker.ts';

const noPod = () => new ApiError(404, 'NotFound', 'pod does not exist');

/** The run that a command is to join. @throws Error when the container does not run now */
export async function runningContainer(worker: PodWorker | undefined, container: string): Promise<ContainerStatus> {
  if (!worker) throw noPod();
  const run = latestRun(await worker.runtime(), container);
  if (run?.state !== 'running') throw new Error(`container not found (${JSON.stringify(container)})`);
  return run;
}

/** @throws Error when the pod has no network now, or nobody listens at the port */
export async function openPort(
  runtime: ContainerRuntime,
  worker: PodWorker | undefined,
  port: number,
): Promise<PortConnection> {
  if (!worker) throw noPod();
  const { sandbox } = await worker.runtime();
  const { name, namespace, uid } = worker.pod.metadata;
  const about = `error forwarding port ${port} to pod ${sandbox?.id ?? `${name}_${namespace}`}, uid ${uid}`;
  if (sandbox?.state !== 'ready') throw new Error(`${about}: the pod is not running`);
  try {
    return await runtime.portForward(sandbox.id, port);
  } catch (error) {
    throw new Error(`${about}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
