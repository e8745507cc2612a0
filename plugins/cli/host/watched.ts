// Watched: a plugin whose calls into a person's code say what they are doing while they do it, and tell what they throw.
// A scheduler's answer is looked at here too, so that nonsense stands in the Component's status; and the pod that it is
// shown is frozen, so that changing it fails at the line that does it.

import type { ConfiguredPlugin, PluginDefinition } from '../../../core/cluster/plugin.ts';
import { Controller } from '../../../core/contracts/controller.ts';
import { type ClusterView, type Placement, Scheduler } from '../../../core/contracts/scheduler.ts';
import { keyOf } from '../../../core/model/meta.ts';
import type { Pod } from '../../../core/model/pod.ts';
import { ApiError } from '../../../core/model/status.ts';
import { checkPlacement } from '../../../core/scheduling/check-placement.ts';
import { deepFreeze } from '../../../core/testing/deep-freeze.ts';
import type { Activity } from './activity.ts';
import { explain } from './source-line.ts';

/** Is at hand while a scheduler places a pod: `untouched`, or somebody who calls it now and then. */
export type Look = (pod: Pod, view: ClusterView, place: () => Placement) => Placement;

/** @param onBug is told `place(default/web-1): mine.ts:14: TypeError: ...` */
export function watched(
  plugin: ConfiguredPlugin,
  activity: Pick<Activity, 'begin'>,
  onBug: (message: string) => void,
  file: string,
  look: Look = (_pod, _view, place) => place(),
): ConfiguredPlugin {
  const threw = (what: string, error: unknown): unknown => {
    onBug(`${what}: ${explain(error, file)}`);
    return error;
  };

  const scheduler = (inner: Scheduler): Scheduler => {
    const place = (...[pod, view]: Parameters<Scheduler['place']>): Placement => {
      const what = `place(${keyOf(pod)})`;
      const over = activity.begin(what);
      try {
        const placement = look(pod, view, () => inner.place(deepFreeze(pod), view));
        return checkPlacement(placement, view);
      } catch (error) {
        throw threw(what, error);
      } finally {
        over();
      }
    };
    const explain: NonNullable<Scheduler['explain']> = (pod, ...rest) => {
      const over = activity.begin(`explain(${keyOf(pod)})`);
      try {
        return inner.explain!(deepFreeze(pod), ...rest);
      } finally {
        over();
      }
    };
    return {
      name: inner.name,
      retryOn: inner.retryOn,
      place,
      get memory() {
        return inner.memory;
      },
      ...(inner.explain && { explain }),
    };
  };

  const controller = (inner: Controller): Controller => ({
    name: inner.name,
    ...(inner.workers !== undefined && { workers: inner.workers }),
    sources: (informers) => inner.sources(informers),
    reconcile: async (key, signal) => {
      const what = `reconcile(${key})`;
      const over = activity.begin(what);
      try {
        return await inner.reconcile(key, signal);
      } catch (error) {
        throw error instanceof ApiError ? error : threw(what, error);
      } finally {
        over();
      }
    },
    ...(inner.stop && { stop: () => inner.stop?.() }),
  });

  const definition: PluginDefinition = {
    ...plugin.definition,
    bind(container, options) {
      container.onActivation(Scheduler, (_, inner) => scheduler(inner));
      container.onActivation(Controller, (_, inner) => controller(inner));
      plugin.definition.bind(container, options);
    },
  };
  return { ...plugin, definition };
}
