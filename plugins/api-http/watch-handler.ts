// Watch handler: a stream of events as chunked JSON, one a line, each written as it happens.
//   GET /api/v1/pods?watch=true&resourceVersion=41
// Always true: refusals known before the first event are HTTP errors, later ones are ERROR events that end the stream; a
// client that does not keep up is ended cleanly and resumes by its last revision; when the client goes, the watch ends.

import type { Subscription } from 'rxjs';
import { asApiError } from '../../core/api/store-errors.ts';
import type { ApiEvent } from '../../core/contracts/api-client.ts';
import type { ApiServer, Target } from '../../core/contracts/api-server.ts';
import type { Clock } from '../../core/contracts/clock.ts';
import type { KubeObject } from '../../core/model/meta.ts';
import { nextTurn } from '../../core/time/turn.ts';
import type { Encoder } from './encoder.ts';
import type { Exchange } from './exchange.ts';
import { negotiate } from './negotiate.ts';
import { watchOptions } from './query.ts';
import { columnDefinitions, includeOf, partial, rowOf } from './table.ts';

/** What may wait for a client to read, bytes; beyond that it is too slow. */
const defaultBacklog = 8 * 1024 * 1024;

/** How long a client that was ended for slowness has to read the rest, milliseconds. */
const farewell = 10_000;

const newline = Buffer.from('}\n');

export class WatchHandler {
  readonly #api: ApiServer;
  readonly #encoder: Encoder;
  readonly #clock: Clock;
  readonly #backlog: number;

  constructor(api: ApiServer, encoder: Encoder, clock: Clock, backlog = defaultBacklog) {
    this.#api = api;
    this.#encoder = encoder;
    this.#clock = clock;
    this.#backlog = backlog;
  }

  /** @throws ApiError when the watch is refused before it begins. */
  async handle(exchange: Exchange, target: Target): Promise<void> {
    const { response } = exchange;
    const encode = this.#eventEncoder(exchange, target);
    const options = watchOptions(exchange.query);
    let refusal: unknown;
    let subscription: Subscription | undefined;
    let done = false;
    const open = () => {
      if (response.headersSent) return;
      exchange.head(200, 'application/json');
      response.flushHeaders();
    };
    const end = () => {
      done = true;
      subscription?.unsubscribe();
      if (response.headersSent) response.end();
    };
    response.once('close', end);

    subscription = this.#api.watch(exchange, target, options).subscribe({
      next: (event) => {
        if (done) return;
        open();
        response.write(encode(event));
        if (response.writableLength > this.#backlog) {
          end();
          // Whoever still reads gets the rest; whoever does not must not hold the memory.
          const cancel = this.#clock.schedule(farewell, () => response.destroy());
          response.once('close', cancel);
        }
      },
      error: (error: unknown) => {
        if (!response.headersSent) refusal = error;
        else response.write(`{"type":"ERROR","object":${JSON.stringify(asApiError(error).status)}}\n`);
        end();
      },
      complete: () => {
        open();
        end();
      },
    });
    if (done) subscription.unsubscribe();
    // Whether the caller may watch is known within this turn of the event loop; then the client is told that the watch stands.
    await nextTurn();
    if (refusal !== undefined) throw refusal;
    if (!done) open();
  }

  #eventEncoder(exchange: Exchange, { resource }: Target): (event: ApiEvent) => Buffer {
    const { form, version } = negotiate(exchange.request.headers.accept);
    const include = includeOf(exchange.query);
    let first = true;
    const table = (object: KubeObject): object => {
      const columns = first ? columnDefinitions(resource) : null;
      first = false;
      const { resourceVersion } = object.metadata;
      const row = rowOf(resource, object, { include, now: this.#clock.now(), version });
      return {
        kind: 'Table',
        apiVersion: `meta.k8s.io/${version}`,
        metadata: { resourceVersion },
        columnDefinitions: columns,
        rows: [row],
      };
    };
    const bookmark = (object: KubeObject): object => ({
      kind: 'Table',
      apiVersion: `meta.k8s.io/${version}`,
      metadata: object.metadata,
      columnDefinitions: null,
      rows: [],
    });
    return ({ type, object }) => {
      const bytes =
        form === 'table'
          ? Buffer.from(JSON.stringify(type === 'BOOKMARK' ? bookmark(object) : table(object)))
          : form === 'partial'
            ? Buffer.from(JSON.stringify(partial(object, version)))
            : this.#encoder.encode(object);
      return Buffer.concat([Buffer.from(`{"type":"${type}","object":`), bytes, newline]);
    };
  }
}
