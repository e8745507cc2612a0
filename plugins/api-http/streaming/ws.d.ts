// What we use of the npm package ws, which comes without types: https://github.com/websockets/ws/blob/master/doc/ws.md

declare module 'ws' {
  import type { IncomingMessage } from 'node:http';
  import type { Duplex, EventEmitter } from 'node:stream';

  export class WebSocket extends EventEmitter {
    constructor(address: string, protocols: readonly string[], options?: object);
    readonly readyState: 0 | 1 | 2 | 3;
    readonly protocol: string;
    send(data: Uint8Array, done?: (error?: Error) => void): void;
    ping(): void;
    pause(): void;
    resume(): void;
    close(code?: number, reason?: string): void;
    terminate(): void;
    on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): this;
    on(event: 'close', listener: (code: number) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    on(event: 'open', listener: () => void): this;
    once(event: 'close', listener: (code: number) => void): this;
  }

  export class WebSocketServer extends EventEmitter {
    constructor(options: { noServer: true; clientTracking: false; maxPayload: number });
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, done: (socket: WebSocket) => void): void;
    on(event: 'headers', listener: (headers: string[], request: IncomingMessage) => void): this;
  }

  export function createWebSocketStream(socket: WebSocket): Duplex;
}
