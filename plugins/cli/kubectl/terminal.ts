// Terminal: where a command reads and writes; a test's own, or the process'.

export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** All that comes in, for `-f -`. */
  stdin(): Promise<string>;
  /** Aborted when nobody wants to see more: ends watches and logs that go on. */
  readonly signal?: AbortSignal;
}

export function processTerminal(): Terminal {
  const abort = new AbortController();
  // A reader that has gone (`kubectl get pods -w | head -1`) is no error.
  process.stdout.on('error', () => abort.abort());
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    stdin: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString('utf8');
    },
    signal: abort.signal,
  };
}
