// `kubelab lab kubectl ...`: the built-in kubectl with the kubeconfig of the visit that one is inside of: what `kubectl` is there,
// where no real one is installed.

import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import { builtInKubectl } from '../../../plugins/cli/kubectl/built-in.ts';

export async function kubectl(args: readonly string[]): Promise<void> {
  const { KUBECONFIG } = process.env;
  if (!KUBECONFIG) throw new ConfigurationError('this is for the inside of a visit; use: npx kubelab kubectl');
  process.exitCode = await builtInKubectl(args, KUBECONFIG);
}
