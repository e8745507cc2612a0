// `kubelab story pod/NAME`: one pod's life: when, who, what, and where in the code.

import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import type { Story } from '../../../core/story/story.ts';
import { ask } from '../control.ts';
import { runningCluster } from '../state.ts';
import { storyJson, storyText } from '../story/story-text.ts';
import { onlyJson } from '../text.ts';

interface StoryOptions {
  readonly name?: string;
  readonly namespace?: string;
  readonly output?: string;
  readonly plain?: boolean;
}

export async function story(pod: string, options: StoryOptions): Promise<void> {
  onlyJson('story', options.output);
  const state = runningCluster(options.name);
  const wanted = { pod: podName(pod), namespace: options.namespace ?? 'default' };
  const answer = await ask<Story>(state.controlSocket, '/story', wanted);
  process.stdout.write(options.output === 'json' ? storyJson(answer) : storyText(answer, options.plain === true));
}

/** `pod/web`, as `kubectl get -o name` gives it, or the name alone. */
function podName(given: string): string {
  const [kind, name, ...rest] = given.includes('/') ? given.split('/') : ['pod', given];
  if (['pod', 'pods', 'po'].includes(kind ?? '') && name && rest.length === 0) return name;
  throw new ConfigurationError(`story tells of pods: kubelab story pod/NAME; found ${given}`);
}
