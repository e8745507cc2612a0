// Component names: what a person may call a component: its name, or its slot's name where there is only one of it.

import type { Role } from './composition.ts';
import { ConfigurationError } from './configuration-error.ts';
import { nearest } from './nearest.ts';
import type { RunningComponent } from './running-component.ts';

const roleWords: Readonly<Record<string, Role>> = {
  store: 'Store',
  api: 'ApiFace',
  scheduler: 'Scheduler',
  controller: 'Controller',
  runtime: 'ContainerRuntime',
  containerruntime: 'ContainerRuntime',
  kubelet: 'ContainerRuntime',
  proxy: 'Proxy',
};

/** @throws ConfigurationError that lists what there is. */
export function findComponent(name: string, components: ReadonlyMap<string, RunningComponent>): RunningComponent {
  const found = components.get(name);
  if (found) return found;
  if (name === 'clock') throw new ConfigurationError('the clock of a cluster never changes; start another cluster');
  const role = roleWords[name.toLowerCase()];
  const ofRole = [...components.values()].filter((component) => component.plan.role === role);
  if (ofRole.length === 1 && ofRole[0]) return ofRole[0];
  const names = (ofRole.length > 1 ? ofRole : [...components.values()]).map((component) => component.name);
  throw new ConfigurationError(
    ofRole.length > 1
      ? `there are ${ofRole.length} components for ${name}; name one of them: ${names.join(', ')}`
      : `no component is called ${name}${nearest(name, names)}; there are: ${names.join(', ')}`,
  );
}
