// Version: what a key was from one revision on, with a link to what it was before. It is what the store's readers are
// given, as it is: one object for both, since hundreds of thousands of them are kept.

import type { Revision, Stored } from '../../core/contracts/store.ts';

export class Version implements Stored {
  readonly key: string;
  readonly value: object;
  readonly createRevision: Revision;
  readonly modRevision: Revision;
  readonly version: number;
  #older: Version | undefined;

  /** @param version 0: the key is deleted */
  constructor(
    key: string,
    value: object,
    createRevision: Revision,
    modRevision: Revision,
    version: number,
    older: Version | undefined,
  ) {
    this.key = key;
    this.value = value;
    this.createRevision = createRevision;
    this.modRevision = modRevision;
    this.version = version;
    this.#older = older;
  }

  get isDeletion(): boolean {
    return this.version === 0;
  }

  /** This or an older one, whichever stands at the revision; itself unless told. Undefined: there is nothing. */
  standingAt(revision?: Revision): Version | undefined {
    let version: Version | undefined = this;
    if (revision !== undefined) while (version && version.modRevision > revision) version = version.#older;
    return version?.isDeletion ? undefined : version;
  }

  /** Cuts the chain behind the version that stands at the revision: nothing older can be read any more. */
  forgetBefore(revision: Revision): void {
    let version: Version | undefined = this;
    while (version && version.modRevision > revision) version = version.#older;
    if (version) version.#older = undefined;
  }
}
