// The types of build.mjs, for specs in TypeScript.

/** Whether a source has changed since the last build. */
export function isStale(): boolean;
/** Builds; gives the milliseconds it took. */
export function build(): Promise<number>;
