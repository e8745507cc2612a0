// Which way imports may point: core <- plugins <- labs; no plugin imports another one's inside. Composing files
// (plugins/standard.ts, plugins/cli) may name every plugin by its plugin.ts.

export default {
  forbidden: [
    {
      name: 'core-imports-only-itself',
      comment: 'core knows no plugin and no lab',
      severity: 'error',
      from: { path: '^core/' },
      to: { path: '^(plugins|labs)/' },
    },
    {
      name: 'core-runs-in-browsers',
      comment: 'core is bundled for browsers: no module of Node.js (specs run in Node.js only)',
      severity: 'error',
      from: { path: '^core/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'plugins-do-not-know-labs',
      severity: 'error',
      from: { path: '^plugins/' },
      to: { path: '^labs/' },
    },
    {
      name: 'no-plugin-inside-another',
      comment: 'a plugin stands on core alone; what two of them share belongs there (specs may compose several)',
      severity: 'error',
      from: { path: '^plugins/([^/]+)/', pathNot: '(\\.spec|\\.fixture)\\.ts$|^plugins/cli/' },
      to: { path: '^plugins/[^/]+/', pathNot: '^plugins/$1/' },
    },
    {
      name: 'compose-by-plugin-ts',
      comment: 'who puts plugins together names them by their plugin.ts',
      severity: 'error',
      from: { path: '^plugins/(cli/|standard\\.ts$)', pathNot: '\\.spec\\.ts$' },
      to: { path: '^plugins/[^/]+/', pathNot: '^plugins/cli/|/plugin\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js', '.cjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
