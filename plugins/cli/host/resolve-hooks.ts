// Resolve hooks: how a plugin file, in whatever folder, finds `kubelab` and Kubelab's own packages. They run in the loader's
// thread. Added last, they are asked first.
//   kubelab, kubelab/testing    the very modules that this process runs by: a token is the same symbol here and there
//   <clone>/core/*.ts           of the clone itself: those same modules, for a copy of one of its plugins beside the others
//   rxjs, class-validator, ...  the file's own node_modules first, then Kubelab's
//   *.ts                        always a module, whatever package.json is above it

import type { ResolveFnOutput, ResolveHookContext } from 'node:module';

let kubelab: Readonly<Record<string, string>> = {};

/** @param modules specifier, or URL of a source file -> URL */
export function initialize(modules: Readonly<Record<string, string>>): void {
  kubelab = modules;
}

type Next = (specifier: string, context?: Partial<ResolveHookContext>) => Promise<ResolveFnOutput>;

export async function resolve(specifier: string, context: ResolveHookContext, next: Next): Promise<ResolveFnOutput> {
  const own = kubelab[specifier];
  if (own !== undefined) return { url: own, format: 'module', shortCircuit: true };
  const result = await resolved(specifier, context, next);
  // tsx marks what it takes for CommonJS, because no package.json says otherwise, in the URL.
  const url = result.url.replace(/\.ts(?:%3F|\?)tsx-commonjs-.*$/, '.ts');
  const built = kubelab[url];
  if (built !== undefined) return { url: built, format: 'module', shortCircuit: true };
  return /\.ts(\?.*)?$/.test(url) ? { ...result, url, format: 'module' } : result;
}

async function resolved(specifier: string, context: ResolveHookContext, next: Next): Promise<ResolveFnOutput> {
  try {
    return await next(specifier, context);
  } catch (error) {
    const isBare = /^[@a-z]/.test(specifier) && !specifier.includes(':');
    if (!isBare || (error as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return next(specifier, { ...context, parentURL: kubelab.kubelab });
  }
}
