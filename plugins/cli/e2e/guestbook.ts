// What the end-to-end tests do with the guestbook sample and other applications.

import path from 'node:path';
import { expect } from 'chai';
import { eventually, root } from './harness.ts';

export type RunKubectl = (...args: string[]) => Promise<string>;
// biome-ignore lint/suspicious/noExplicitAny: the answers of kubectl -o json, looked into freely by tests
export type Json = (...args: string[]) => Promise<any>;

/** Applies the sample, waits for all of it; gives the port of the machine at which it answers. */
export async function startGuestbook(kubectl: RunKubectl): Promise<number> {
  await kubectl('apply', '-f', path.join(root, 'labs', 'samples', 'guestbook.yaml'));
  const deployments = (await kubectl('get', 'deployments', '-o', 'name')).trim().split('\n');
  expect(deployments.length).to.be.greaterThan(2);
  for (const deployment of deployments) await kubectl('rollout', 'status', deployment, '--timeout=60s');
  const port = await nodePortOf(async (...args) => JSON.parse(await kubectl(...args, '-o', 'json')), 'guestbook');
  await eventually('the guestbook answers', () => fetchText(`http://127.0.0.1:${port}/`));
  return port;
}

export async function nodePortOf(json: Json, service: string): Promise<number> {
  return (await json('get', 'service', service)).spec.ports[0].nodePort;
}

/** Names of the pods with the label that are Ready and not on their way out. */
export async function readyPods(json: Json, label: string): Promise<string[]> {
  interface Listed {
    metadata: { name: string; deletionTimestamp?: string };
    status: { conditions?: { type: string; status: string }[] };
  }
  const isReady = ({ metadata, status }: Listed) =>
    !metadata.deletionTimestamp && status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  return (await json('get', 'pods', '-l', label)).items.filter(isReady).map(({ metadata }: Listed) => metadata.name);
}

/** The body of an answer; an error for anything but 2xx. A connection of its own each time, so that the proxy chooses anew. */
export async function fetchText(url: string, init: RequestInit = {}): Promise<string> {
  const headers = { connection: 'close', 'content-type': 'application/json' };
  const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(5000) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.text();
}
