// Which way imports may point: core <- plugins <- labs; no plugin imports another one's inside. Who composes a cluster
// (plugins/standard.ts, plugins/cli, specs) names plugins by their plugin.ts.
// Always true: types count as imports; what tests may do beyond that is in `tests` and `props`, and nowhere else.

/** Specs, and the files of plugins that only specs use. */
const tests = '\\.(spec|fixture)\\.ts$|^plugins/[^/]+/test-[^/]+\\.ts$';

/** The smallest store and the smallest runtime: in a test they stand for the rest of a cluster, part by part. */
const props = '^plugins/(store-memory|runtime-mock)/';

/**
 * What only makes sense together in a spec: a Deployment's ReplicaSets; tokens to log in with; a CA for an etcd with TLS; an etcd
 * for a whole cluster; processes that kubectl execs into.
 */
const partners =
  '^plugins/(controller-replication/|token-issuer-jwt/|api-http/certificates\\.ts$|runtime-process/pods\\.fixture\\.ts$|store-etcd/etcd-server\\.fixture\\.ts$)';

export default {
  forbidden: [
    {
      name: 'core-imports-only-itself',
      comment: 'core knows no plugin and no lab',
      severity: 'error',
      from: { path: '^core/', pathNot: tests },
      to: { path: '^(plugins|labs)/' },
    },
    {
      name: 'core-runs-in-browsers',
      comment: 'core is bundled for browsers: no module of Node.js (specs run in Node.js only)',
      severity: 'error',
      from: { path: '^core/', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'plugins-do-not-know-labs',
      comment: 'labs are what people do with the plugins, not part of them',
      severity: 'error',
      from: { path: '^(core|plugins)/' },
      to: { path: '^labs/' },
    },
    {
      name: 'no-plugin-inside-another',
      comment: 'a plugin stands on core alone; what two of them share belongs there',
      severity: 'error',
      from: { path: '^plugins/([^/]+)/', pathNot: [tests, '^plugins/cli/'] },
      to: { path: '^plugins/', pathNot: '^plugins/$1/' },
    },
    {
      name: 'compose-by-plugin-ts',
      comment: 'who puts plugins together names them by their plugin.ts',
      severity: 'error',
      from: { path: '^plugins/(cli/|standard\\.ts$)', pathNot: tests },
      to: { path: '^plugins/[^/]+/', pathNot: ['^plugins/cli/', '/plugin\\.ts$'] },
    },
    {
      name: 'tests-compose-by-plugin-ts',
      comment: 'a test outside a plugin names it by its plugin.ts too, but for the props of tests',
      severity: 'error',
      from: { path: '^(?:core|plugins/([^/]+))/.*(?:\\.(?:spec|fixture)|/test-[^/]+)\\.ts$' },
      to: { path: '^plugins/[^/]+/', pathNot: ['/plugin\\.ts$', '^plugins/$1/', props, partners] },
    },
    {
      name: 'no-tests-in-the-product',
      comment: 'what only tests use is not bundled',
      severity: 'error',
      from: { path: '^(core|plugins)/', pathNot: [tests, '^plugins/[^/]+/e2e/'] },
      to: { path: tests },
    },
    {
      name: 'everything-is-found',
      comment: 'an import that leads nowhere is an import that no rule looks at',
      severity: 'error',
      from: {},
      // A package that gives the types of its inner files to compilers only.
      to: { couldNotResolve: true, pathNot: '^class-validator/types/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // TypeScript 7 has no JavaScript interface that dependency-cruiser could parse with; swc reads types and decorators too.
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js', '.cjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
