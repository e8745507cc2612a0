// Admission: what a write goes through between defaulting and the store.
//   mutate of every plugin, in order  >  the rules of the class and of the kind  >  validate of every plugin
// Whatever is wrong is an ApiError; another exception in a plugin is a bug and answers 500 with the plugin's name.

import type { AdmissionPlugin, AdmissionRequest, Caller, Target } from '../contracts/api-server.ts';
import type { KubeObject } from '../model/meta.ts';
import { ApiError, internalError, invalid } from '../model/status.ts';
import { objectProblems } from '../model/validation.ts';
import type { Machinery } from './machinery.ts';
import { withoutStoreErrors } from './store-errors.ts';
import { warningsOf } from './warnings.ts';

export interface Admission {
  readonly operation: 'CREATE' | 'UPDATE';
  readonly caller: Caller;
  readonly target: Target & { readonly name: string };
  readonly object: KubeObject;
  /** As it stands; absent on CREATE. */
  readonly previous?: KubeObject;
  readonly dryRun: boolean;
}

/** The object as it may be stored. @throws ApiError */
export async function admit(api: Machinery, admission: Admission): Promise<KubeObject> {
  const { operation, caller, target, previous, dryRun } = admission;
  const { resource } = target;
  let object = admission.object;
  const asked = () => {
    const { user } = caller;
    return previous
      ? { operation, user, target, object, previous, dryRun }
      : { operation, user, target, object, dryRun };
  };
  let request = asked();
  // By number: walking a list item by item makes an object for each in a function that waits.
  for (let at = 0; at < api.admission.length; at += 1) {
    const plugin = api.admission[at] as AdmissionPlugin;
    if (!plugin.mutate) continue;
    try {
      const answer = plugin.mutate(request);
      const mutated = answer instanceof Promise ? await answer : answer;
      if (mutated === object) continue;
      object = mutated;
      request = asked();
    } catch (error) {
      throw blame(plugin, error);
    }
  }
  const causes = objectProblems(resource, object, target.subresource ? undefined : previous);
  if (causes.length > 0) throw invalid(resource, object.metadata.name, causes);
  const validating = validateAll(api.admission, request);
  if (validating) await validating;
  if (caller.warn && !target.subresource)
    for (const text of warningsOf(resource, object, operation === 'CREATE')) caller.warn(text);
  return object;
}

/** Asks every plugin whether the request may be carried out; on DELETE this is all there is. @throws ApiError */
export function validateAll(plugins: readonly AdmissionPlugin[], request: AdmissionRequest): Promise<void> | undefined {
  for (let at = 0; at < plugins.length; at += 1) {
    const answer = validate(plugins[at] as AdmissionPlugin, request);
    // Most answer at once, and then nobody waits.
    if (answer) return answer.then(() => validateAll(plugins.slice(at + 1), request));
  }
  return undefined;
}

function validate(plugin: AdmissionPlugin, request: AdmissionRequest): Promise<void> | undefined {
  const refuse = (error: unknown) => {
    throw blame(plugin, error);
  };
  try {
    const answer = plugin.validate?.(request);
    return answer instanceof Promise ? answer.catch(refuse) : undefined;
  } catch (error) {
    return refuse(error);
  }
}

/** What a plugin reads, it reads from the store: that it failed there is not the plugin's fault. */
function blame(plugin: AdmissionPlugin, thrown: unknown): ApiError {
  const error = withoutStoreErrors(thrown);
  if (error instanceof ApiError) return error;
  return internalError(`admission plugin ${plugin.name}: ${error instanceof Error ? error.message : String(error)}`);
}
