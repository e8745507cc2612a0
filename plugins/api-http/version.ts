// Which Kubernetes this is: the release whose API is served.

export const kubernetesVersion = { major: '1', minor: '33', gitVersion: 'v1.33.0+kubelab' } as const;

/** What GET /version says. */
export const versionInfo = (): object => ({
  ...kubernetesVersion,
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: 'node',
  platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
});
