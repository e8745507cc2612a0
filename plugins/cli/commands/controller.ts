// `kubelab controller --kubeconfig FILE --plugin ./mine.ts`: a plugin's controllers at work in any Kubernetes cluster.

import { type AnywhereOptions, runAnywhere } from '../anywhere/run-anywhere.ts';

export const controller = (options: AnywhereOptions): Promise<void> => runAnywhere('Controller', options);
