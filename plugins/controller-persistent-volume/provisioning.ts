// Provisioning: volumes that are made because a claim asks for one, and taken away when it is gone. Who makes them is said by
// the storage class; this file finds him among the VolumeProvisioners of the cluster, and speaks for him in the API.
//   kubernetes.io/no-provisioner   nobody: the administrator creates volumes by hand
//   one that is here               makes the volume, and the claim is bound to it
//   any other                      is told by an annotation on the claim, and waited for: a program of its own, as in Kubernetes

import type { ApiClient } from '../../core/contracts/api-client.ts';
import { again, done, type Result } from '../../core/contracts/controller.ts';
import type { VolumeProvisioner } from '../../core/contracts/volume-provisioner.ts';
import type { EventRecorder } from '../../core/control/event-recorder.ts';
import type { Draft } from '../../core/model/meta.ts';
import { Nodes } from '../../core/model/node.ts';
import { type PersistentVolume, PersistentVolumes } from '../../core/model/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../core/model/persistent-volume-claim.ts';
import { ApiError } from '../../core/model/status.ts';
import { annotations } from '../../core/model/storage.ts';
import type { StorageClass } from '../../core/model/storage-class.ts';
import { annotated } from '../../core/volumes/bind-to.ts';
import { selectedNode } from '../../core/volumes/binding-mode.ts';
import type { StorageWriter } from './storage-writer.ts';

/** Milliseconds until something that failed is tried again; as Kubernetes' resync. */
const pause = 15_000;

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export class Provisioning {
  readonly #client: ApiClient;
  readonly #recorder: Pick<EventRecorder, 'event'>;
  readonly #writer: StorageWriter;
  readonly #provisioners: ReadonlyMap<string, VolumeProvisioner>;

  constructor(
    client: ApiClient,
    recorder: Pick<EventRecorder, 'event'>,
    writer: StorageWriter,
    provisioners: readonly VolumeProvisioner[],
  ) {
    this.#client = client;
    this.#recorder = recorder;
    this.#writer = writer;
    this.#provisioners = new Map(provisioners.map((provisioner) => [provisioner.name, provisioner]));
  }

  /** @param storageClass undefined: there is no class of the name. @throws ApiError */
  async provision(
    claim: PersistentVolumeClaim,
    className: string,
    storageClass: StorageClass | undefined,
    signal: AbortSignal,
  ): Promise<Result> {
    const fail = (message: string) => this.#recorder.event(claim, 'Warning', 'ProvisioningFailed', message);
    if (!storageClass) {
      fail(`storageclass.storage.k8s.io "${className}" not found`);
      return done;
    }
    const name = storageClass.provisioner;
    const provisioner = this.#provisioners.get(name);
    if (!provisioner && name.startsWith('kubernetes.io/')) {
      fail(`no volume plugin matched name: ${name}`);
      return done;
    }
    const told = await this.#writer.updateClaim(
      claim,
      annotated(claim, { [annotations.betaStorageProvisioner]: name, [annotations.storageProvisioner]: name }),
    );
    if (!provisioner) {
      const message = `Waiting for a volume to be created either by the external provisioner '${name}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
      this.#recorder.event(claim, 'Normal', 'ExternalProvisioning', message);
      return done;
    }
    try {
      await this.#make(provisioner, told, storageClass, signal);
      return done;
    } catch (error) {
      if (error instanceof ApiError || signal.aborted) throw error;
      fail(`failed to provision volume with StorageClass "${className}": ${textOf(error)}`);
      // The scheduler may find another node for it.
      const { [annotations.selectedNode]: node, ...others } = told.metadata.annotations ?? {};
      if (node !== undefined)
        await this.#writer.updateClaim(told, { ...told, metadata: { ...told.metadata, annotations: others } });
      return again(pause);
    }
  }

  async #make(
    provisioner: VolumeProvisioner,
    claim: PersistentVolumeClaim,
    storageClass: StorageClass,
    signal: AbortSignal,
  ): Promise<void> {
    const volumeName = `pvc-${claim.metadata.uid}`;
    if (this.#writer.volumes.get(volumeName)) return;
    const nodeName = selectedNode(claim);
    const node = nodeName === undefined ? undefined : await this.#client.of(Nodes).get(nodeName);
    const made = await provisioner.provision({ claim, storageClass, volumeName, ...(node && { node }) }, signal);
    const volume = volumeFor(claim, storageClass, volumeName, made);
    try {
      this.#writer.volumes.wrote(await this.#client.of(PersistentVolumes).create(volume));
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === 'AlreadyExists')) throw error;
    }
    const message = `Successfully provisioned volume ${volumeName} using ${provisioner.name}`;
    this.#recorder.event(claim, 'Normal', 'ProvisioningSucceeded', message);
  }

  /** Takes away a volume that its claim has left. @throws ApiError */
  async reclaim(volume: PersistentVolume, signal: AbortSignal): Promise<Result> {
    const { metadata, spec } = volume;
    const policy = spec.persistentVolumeReclaimPolicy;
    if (policy === 'Retain') return done;
    if (policy === 'Recycle')
      return this.#fail(volume, 'VolumeFailedRecycle', 'No recycler plugin found for the volume!');
    const by = metadata.annotations?.[annotations.provisionedBy];
    const provisioner = this.#provisioners.get(by ?? '');
    // Whoever made it elsewhere removes it.
    if (by !== undefined && !provisioner) return done;
    if (!provisioner) {
      const message = `error getting deleter volume plugin for volume "${metadata.name}": no deletable volume plugin matched`;
      return this.#fail(volume, 'VolumeFailedDelete', message);
    }
    try {
      await provisioner.delete(volume, signal);
    } catch (error) {
      if (error instanceof ApiError || signal.aborted) throw error;
      await this.#fail(volume, 'VolumeFailedDelete', textOf(error));
      return again(pause);
    }
    await this.#client.of(PersistentVolumes).delete(metadata.name, { preconditions: { uid: metadata.uid } });
    return done;
  }

  async #fail(volume: PersistentVolume, reason: string, message: string): Promise<Result> {
    const { status } = volume;
    if (status?.phase === 'Failed' && status.message === message) return done;
    await this.#writer.setVolumePhase(volume, 'Failed', message);
    this.#recorder.event(volume, 'Warning', reason, message);
    return done;
  }
}

/** The object for what the provisioner has made: kept for the claim from the start. */
function volumeFor(
  claim: PersistentVolumeClaim,
  { provisioner, reclaimPolicy, mountOptions, metadata }: StorageClass,
  name: string,
  made: PersistentVolume['spec'],
): Draft<PersistentVolume> {
  const { accessModes, resources, volumeMode } = claim.spec;
  const { namespace, uid, resourceVersion } = claim.metadata;
  return {
    metadata: {
      name,
      annotations: { [annotations.boundByController]: 'yes', [annotations.provisionedBy]: provisioner },
    },
    spec: {
      capacity: { storage: resources?.requests?.storage ?? '0' },
      accessModes: accessModes ?? [],
      persistentVolumeReclaimPolicy: reclaimPolicy ?? 'Delete',
      storageClassName: metadata.name,
      ...(volumeMode && { volumeMode }),
      ...(mountOptions && { mountOptions }),
      ...made,
      claimRef: {
        kind: 'PersistentVolumeClaim',
        apiVersion: 'v1',
        ...(namespace && { namespace }),
        name: claim.metadata.name,
        uid,
        ...(resourceVersion && { resourceVersion }),
      },
    },
  };
}
