// `kubelab story pod/NAME`: one pod's life: when, who, what, and where in the code.

import type { Story } from '../../../core/story/story.ts';
import { ask } from '../control.ts';
import { podName } from '../pod-name.ts';
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
  const wanted = { pod: podName('story', pod), namespace: options.namespace ?? 'default' };
  const answer = await ask<Story>(state.controlSocket, '/story', wanted);
  process.stdout.write(options.output === 'json' ? storyJson(answer) : storyText(answer, options.plain === true));
}
