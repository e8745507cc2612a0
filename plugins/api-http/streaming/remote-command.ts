// Remote command: what goes on between a client and a program in a container, whatever the connection is made of:
// input, output, the size of the terminal, and at the end a Status that tells how it ended.
// In Kubernetes: kubelet/pkg/cri/streaming/remotecommand (ServeExec, ServeAttach).
// Always true: when the client goes, a command is ended; when the program ends, its output is delivered before its Status.

import type { ContainerSession, TerminalSize } from '../../../core/contracts/kubelet-connection.ts';

/** The client's side. What it did not ask for is absent. */
export interface RemoteStreams {
  readonly stdin?: ReadableStream<Uint8Array>;
  readonly stdout?: WritableStream<Uint8Array>;
  readonly stderr?: WritableStream<Uint8Array>;
  /** Texts like `{"Width":80,"Height":24}`, in pieces of any size. */
  readonly resize?: ReadableStream<Uint8Array>;
  /** Resolves when the client has gone. */
  readonly gone: Promise<unknown>;
  /** Says how it ended, and ends the connection. */
  finish(status: CommandStatus): Promise<void>;
}

/** What `metav1.Status` tells of a command. */
export interface CommandStatus {
  readonly metadata: object;
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: 'NonZeroExitCode' | 'InternalError';
  readonly details?: { readonly causes: readonly { readonly reason?: string; readonly message: string }[] };
  readonly code?: number;
}

export const success: CommandStatus = { metadata: {}, status: 'Success' };

export const internalFailure = (message: string): CommandStatus => ({
  metadata: {},
  status: 'Failure',
  message: `Internal error occurred: ${message}`,
  reason: 'InternalError',
  details: { causes: [{ message }] },
  code: 500,
});

const exited = (command: readonly string[], code: number): CommandStatus => ({
  metadata: {},
  status: 'Failure',
  message: `command terminated with non-zero exit code: error executing command [${command.join(' ')}], exit code ${code}`,
  reason: 'NonZeroExitCode',
  details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
});

/** @param command of exec; undefined for attach, which does not tell how the program ended. Never throws. */
export async function serveCommand(
  session: ContainerSession,
  remote: RemoteStreams,
  command?: readonly string[],
): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  const outputs = [pour(session.stdout, remote.stdout, signal), pour(session.stderr, remote.stderr, signal)];
  if (remote.stdin && session.stdin) void remote.stdin.pipeTo(session.stdin, { signal }).catch(() => {});
  // A program that reads nothing: what comes is dropped, so that it is in nobody's way.
  else void remote.stdin?.cancel().catch(() => {});
  if (remote.resize) void follow(remote.resize, session);

  let left = false;
  const gone = remote.gone.then(() => {
    left = true;
  });
  const status = await Promise.race([gone, ending(session, outputs, command)]);
  if (status && !left) await Promise.race([gone, remote.finish(status).catch(() => {})]);
  over.abort();
  session.close();
}

async function ending(
  session: ContainerSession,
  outputs: readonly Promise<void>[],
  command: readonly string[] | undefined,
): Promise<CommandStatus> {
  try {
    const { exitCode } = await session.ended;
    await Promise.all(outputs);
    return command === undefined || exitCode === 0 ? success : exited(command, exitCode);
  } catch (error) {
    const doing = command ? 'error executing command in container' : 'error attaching to container';
    return internalFailure(`${doing}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** To the client; output that it did not ask for is read all the same, so that the program does not wait for it. */
async function pour(
  from: ReadableStream<Uint8Array> | undefined,
  to: WritableStream<Uint8Array> | undefined,
  signal: AbortSignal,
): Promise<void> {
  await from?.pipeTo(to ?? new WritableStream(), { signal, preventClose: true }).catch(() => {});
}

/** Hands through each size that the client tells. */
async function follow(resize: ReadableStream<Uint8Array>, session: ContainerSession): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const bytes of resize as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(bytes, { stream: true });
      for (let end = text.indexOf('}'); end >= 0; end = text.indexOf('}')) {
        const size = sizeOf(text.slice(0, end + 1));
        if (size) session.resize(size);
        text = text.slice(end + 1);
      }
      // No size is that long: whatever it is, it is not one.
      if (text.length > 1_000) text = '';
    }
  } catch {
    // The client has gone.
  }
}

function sizeOf(text: string): TerminalSize | undefined {
  try {
    const { Width: width, Height: height } = JSON.parse(text) as { Width?: unknown; Height?: unknown };
    return isSize(width) && isSize(height) ? { width, height } : undefined;
  } catch {
    return undefined;
  }
}

/** 16 bits, as in Kubernetes. */
const isSize = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536;
