// The lock file must hold all optional packages of all platforms: `npm ci` refuses an incomplete one on every machine,
// and npm writes an incomplete one, without a word, when a registry lacks a platform's package.

import { readFileSync } from 'node:fs';
import { expect } from 'chai';

interface LockFile {
  readonly packages: Readonly<Record<string, { optionalDependencies?: Record<string, string>; resolved?: string }>>;
}

const lock: LockFile = JSON.parse(readFileSync(new URL('../../../package-lock.json', import.meta.url), 'utf8'));

/** The folders in which Node.js looks for what the package at `where` imports, innermost first. */
function folders(where: string): string[] {
  const parts = where === '' ? [] : where.split('/node_modules/');
  return parts.map((_, at) => `${parts.slice(0, parts.length - at).join('/node_modules/')}/`).concat('');
}

describe('lock file', () => {
  it('holds every optional package of every platform', () => {
    const missing = Object.entries(lock.packages).flatMap(([where, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !folders(where).some((folder) => lock.packages[`${folder}node_modules/${name}`]),
      ),
    );
    expect(missing).to.deep.equal([]);
  });

  it('names no registry', () => {
    expect(Object.values(lock.packages).filter(({ resolved }) => resolved?.startsWith('http'))).to.deep.equal([]);
  });
});
