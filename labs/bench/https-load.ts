// The load of the HTTPS benchmark, a process of its own: creates pods over kept connections, tells pods per second.

import https from 'node:https';
import { parse } from 'yaml';
import { rate } from './measure.ts';
import { benchPod } from './pods.ts';

interface Order {
  readonly kubeconfig: string;
  readonly pods: number;
  readonly connections: number;
}

process.once('message', async ({ kubeconfig, pods, connections }: Order) => {
  const config = parse(kubeconfig);
  const { server, 'certificate-authority-data': ca } = config.clusters[0].cluster;
  const { 'client-certificate-data': cert, 'client-key-data': key } = config.users[0].user;
  const pem = (data: string) => Buffer.from(data, 'base64');
  const agent = new https.Agent({
    keepAlive: true,
    maxSockets: connections,
    ca: pem(ca),
    cert: pem(cert),
    key: pem(key),
  });
  const url = new URL('/api/v1/namespaces/default/pods', server);

  const create = (at: number) =>
    new Promise<void>((resolve, reject) => {
      const body = JSON.stringify(benchPod(`pod-${at}`));
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const request = https.request(url, { agent, method: 'POST', headers }, (response) => {
        response.resume();
        response.once('end', () =>
          response.statusCode === 201 ? resolve() : reject(new Error(`POST pod-${at}: ${response.statusCode}`)),
        );
      });
      request.once('error', reject);
      request.end(body);
    });
  let next = 0;
  const worker = async () => {
    while (next < pods) await create(next++);
  };
  const speed = await rate(pods, () => Promise.all(Array.from({ length: connections }, worker)));
  agent.destroy();
  process.send?.(speed);
});
