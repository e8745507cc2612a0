// Command over channels: exec and attach over a WebSocket. Channels 0 stdin, 1 stdout, 2 stderr, 3 how it ended (a Status),
// 4 the size of the terminal.

import type { ChannelSocket } from './channel-socket.ts';
import { type CommandStatus, internalFailure, type RemoteStreams } from './remote-command.ts';
import type { CommandOptions } from './streaming-handler.ts';

const nothing = new Uint8Array();

/** @param translated as since Kubernetes 1.30: the API server itself speaks v5, and wraps the errors of the kubelet in its own */
export function commandOverChannels(
  socket: ChannelSocket,
  { stdin, stdout, stderr, tty }: CommandOptions,
  translated: boolean,
): RemoteStreams {
  // An empty message tells the client that the connection stands.
  socket.send(stdout ? 1 : stderr ? 2 : 3, nothing).catch(() => {});
  return {
    ...(stdin && { stdin: socket.readable(0) }),
    ...(stdout && { stdout: socket.writable(1) }),
    ...(stderr && { stderr: socket.writable(2) }),
    ...(tty && { resize: socket.readable(4) }),
    gone: socket.closed,
    finish: (status) => finish(socket, translated ? translate(status) : status),
  };
}

/** The kubelet has refused: the Status says why. */
export const refusedOverChannels = (socket: ChannelSocket, { message }: Error): Promise<void> =>
  finish(socket, internalFailure(`unable to upgrade connection: ${message}`)).catch(() => {});

const translate = (status: CommandStatus): CommandStatus =>
  status.reason === 'InternalError' ? internalFailure(status.message ?? '') : status;

async function finish(socket: ChannelSocket, status: CommandStatus): Promise<void> {
  await socket.send(3, Buffer.from(JSON.stringify(status)));
  socket.close();
}
