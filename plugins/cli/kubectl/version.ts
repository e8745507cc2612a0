// kubectl version: ours, and the server's.

import type { KubectlCommand } from './command.ts';

interface VersionOptions {
  readonly client?: boolean;
}

export const version: KubectlCommand<VersionOptions> = {
  usage: '[--client]',
  summary: 'versions of kubectl and the server',
  flags: (command) => command.option('--client', 'only ours'),

  async run(session, _, { client }) {
    session.print("Client Version: built-in (Kubelab's own kubectl)");
    if (client) return;
    const { gitVersion } = await session.server.get<{ gitVersion: string }>('/version');
    session.print(`Server Version: ${gitVersion}`);
  },
};
