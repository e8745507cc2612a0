// What the end-to-end tests do with the guestbook sample and other applications.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { expect } from 'chai';
import type { Kubectl } from './kubectl.ts';
import { eventually, root } from './run.ts';

export const guestbookFile = path.join(root, 'labs', 'samples', 'guestbook.yaml');

/** Applies the sample, waits for all of it; gives the port of the machine at which it answers, and what was applied. */
export async function startGuestbook(kubectl: Kubectl): Promise<{ port: number; manifest: string }> {
  const manifest = await guestbookManifest();
  await kubectl.apply(manifest);
  const names = (await kubectl.json('get', 'deployments', '-l', 'app=guestbook')).items.map(
    (deployment: { metadata: { name: string } }) => deployment.metadata.name,
  );
  expect(names).to.have.members(['kv', 'guestbook-api', 'guestbook']);
  for (const name of names) await kubectl.run('rollout', 'status', `deployment/${name}`, '--timeout=90s');
  const port = await nodePortOf(kubectl, 'guestbook');
  await eventually('the guestbook answers', () => fetchText(`http://127.0.0.1:${port}/`));
  return { port, manifest };
}

/** The sample; where another cluster of this machine has its port already, without the port. */
export async function guestbookManifest(): Promise<string> {
  const text = readFileSync(guestbookFile, 'utf8');
  const nodePort = /^ +nodePort: (\d+)\n/m.exec(text);
  return nodePort && !(await isFree(Number(nodePort[1]))) ? text.replace(nodePort[0], '') : text;
}

export async function nodePortOf(kubectl: Kubectl, service: string): Promise<number> {
  return (await kubectl.json('get', 'service', service)).spec.ports[0].nodePort;
}

/** Names of the pods with the label that are Ready and not on their way out. */
export async function readyPods(kubectl: Kubectl, label: string): Promise<string[]> {
  interface Listed {
    metadata: { name: string; deletionTimestamp?: string };
    status: { conditions?: { type: string; status: string }[] };
  }
  const isReady = ({ metadata, status }: Listed) =>
    !metadata.deletionTimestamp && status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  const { items } = await kubectl.json('get', 'pods', '-l', label);
  return items.filter(isReady).map(({ metadata }: Listed) => metadata.name);
}

/** The body of an answer; an error for anything but 2xx. A connection of its own each time, so that the proxy chooses anew. */
export async function fetchText(url: string, init: RequestInit = {}): Promise<string> {
  const headers = { connection: 'close', 'content-type': 'application/json' };
  const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.text();
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
