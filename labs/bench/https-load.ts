// The load of the HTTPS benchmark, a process of its own: creates pods over kept connections, tells pods per second.
// It speaks through undici's dispatch, which costs a third of what `https.request` does: the two share the machine with
// the server, and the server is what is measured.

import { type Dispatcher, Pool } from 'undici';
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
  const connect = { ca: pem(ca), cert: pem(cert), key: pem(key) };
  const pool = new Pool(server, { connections, connect });
  const request = {
    path: '/api/v1/namespaces/default/pods',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  } as const;

  // Made before the clock starts: what is measured is the server.
  const bodies = Array.from({ length: pods }, (_, at) => JSON.stringify(benchPod(`pod-${at}`)));
  const create = (at: number) =>
    new Promise<void>((resolve, reject) => {
      let status = 0;
      const handler: Dispatcher.DispatchHandler = {
        onRequestStart() {},
        onResponseStart(_controller, code) {
          status = code;
        },
        onResponseData() {},
        onResponseEnd: () => (status === 201 ? resolve() : reject(new Error(`POST pod-${at}: ${status}`))),
        onResponseError: (_controller, error) => reject(error),
      };
      pool.dispatch({ ...request, body: bodies[at]! }, handler);
    });
  let next = 0;
  const worker = async () => {
    while (next < pods) await create(next++);
  };
  const speed = await rate(pods, () => Promise.all(Array.from({ length: connections }, worker)));
  await pool.close();
  process.send?.(speed);
});
