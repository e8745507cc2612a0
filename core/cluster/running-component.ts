// Component: one part of the cluster while it runs, and how it fares.
//   Starting -> Running -> Stopped;  a part in a process of its own may also be in CrashLoopBackOff, one whose work
//   another process does in Standby
// Always true: `plan` says what runs now, not what was asked for last; a part that did not start is not kept.

import type { ComponentPlan } from './composition.ts';
import type { Part } from './part.ts';

export type ComponentState = 'Starting' | 'Running' | 'Standby' | 'CrashLoopBackOff' | 'Failed' | 'Stopped';

export class RunningComponent {
  plan: ComponentPlan;
  part: Part | undefined;
  state: ComponentState = 'Starting';
  /** Why it is in this state, where that needs saying. */
  message = '';
  /** How often it had to be started again. */
  restarts = 0;

  constructor(plan: ComponentPlan) {
    this.plan = plan;
  }

  get name(): string {
    return this.plan.name;
  }

  /** The plugin as a person would name it: `scheduler-round-robin`, `./mine.ts`. */
  get plugin(): string {
    return pluginName(this.plan);
  }
}

/** What `spec.plugin` says of a plan. */
export const pluginName = (plan: ComponentPlan): string => plan.plugin.label ?? plan.plugin.definition.name;
