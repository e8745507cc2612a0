// Which pod a command is about, as a person names it.

import { ConfigurationError } from '../../core/cluster/configuration-error.ts';

/** `pod/web`, as `kubectl get -o name` gives it, or the name alone. @param command `story` */
export function podName(command: string, given: string): string {
  const [kind, name, ...rest] = given.includes('/') ? given.split('/') : ['pod', given];
  if (['pod', 'pods', 'po'].includes(kind ?? '') && name && rest.length === 0) return name;
  throw new ConfigurationError(`${command} tells of pods: kubelab ${command} pod/NAME; found ${given}`);
}
