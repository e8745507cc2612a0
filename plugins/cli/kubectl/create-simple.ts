// kubectl create namespace, create serviceaccount: objects that are little more than a name.

import type { KubectlCommand } from './command.ts';
import { createObject, metadataOf, oneName } from './create.ts';
import { type ChangeOptions, changeFlags } from './output.ts';
import type { AnyObject } from './records.ts';

export const createNamespace: KubectlCommand<ChangeOptions> = {
  usage: 'NAME [flags]',
  summary: 'creates a namespace',
  flags: changeFlags,
  async run(session, args, options) {
    const metadata = { creationTimestamp: null, name: oneName(args) };
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata, spec: {}, status: {} };
    await createObject(session, object as unknown as AnyObject, options);
  },
};

export const createServiceAccount: KubectlCommand<ChangeOptions> = {
  usage: 'NAME [flags]',
  summary: 'creates a service account',
  flags: changeFlags,
  async run(session, args, options) {
    const metadata = metadataOf(session, oneName(args));
    await createObject(session, { apiVersion: 'v1', kind: 'ServiceAccount', metadata }, options);
  },
};
