// `kubelab scheduler --kubeconfig FILE --plugin ./mine.ts --name mine`: a plugin as a second scheduler of any Kubernetes cluster.
// Pods choose it: `spec.schedulerName: mine`; all others stay with the cluster's own.

import { type AnywhereOptions, runAnywhere } from '../anywhere/run-anywhere.ts';

export const scheduler = (options: AnywhereOptions): Promise<void> => runAnywhere('Scheduler', options);
