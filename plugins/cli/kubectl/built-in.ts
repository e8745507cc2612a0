// Built-in kubectl: what a lab needs where the real one is not installed.

export async function builtInKubectl(args: readonly string[], _kubeconfig: string): Promise<number> {
  console.error(
    `error: the built-in kubectl does not know "${args[0] ?? ''}"; install kubectl: https://kubernetes.io/docs/tasks/tools/`,
  );
  return 1;
}
