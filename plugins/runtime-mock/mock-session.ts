// Mock session: a command in a container that is nothing but an object: it prints what its script says, prints back what
// it is told, and ends with the script's exit code when its input ends.

import type { ContainerSession } from '../../core/contracts/kubelet-connection.ts';

export interface MockCommand {
  /** What it prints at once. */
  readonly output: string;
  /** Where that goes. */
  readonly to: 'stdout' | 'stderr';
  readonly exitCode: number;
  /** Prints back what it hears, and ends when it hears no more; else it ends at once. */
  readonly stdin: boolean;
  readonly tty: boolean;
}

export function mockSession({ output, to, exitCode, stdin, tty }: MockCommand): ContainerSession {
  const text = new TextEncoder().encode(output);
  const toStdout = to === 'stdout' || tty;
  let open = true;
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let settle: (ending: { exitCode: number }) => void = () => {};
  const ended = new Promise<{ exitCode: number }>((resolve) => {
    settle = resolve;
  });
  const end = (code: number) => {
    if (!open) return;
    open = false;
    controller?.close();
    settle({ exitCode: code });
  };
  const stdout = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given;
      if (toStdout && text.length > 0) given.enqueue(text);
      if (!stdin) end(exitCode);
    },
    cancel() {
      controller = undefined;
      end(137);
    },
  });
  const stderr = new ReadableStream<Uint8Array>({
    start(given) {
      if (!toStdout) given.enqueue(text);
      given.close();
    },
  });
  const heard = new WritableStream<Uint8Array>({
    write(bytes) {
      if (open) controller?.enqueue(bytes);
    },
    close: () => end(exitCode),
    abort: () => end(137),
  });
  return {
    ...(stdin && { stdin: heard }),
    stdout,
    ...(!tty && { stderr }),
    resize: () => {},
    ended,
    close: () => end(137),
  };
}
