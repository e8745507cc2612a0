// The types of Kubernetes' policy, v1, as of k8s.io/api v0.36. The notation is explained in notation.ts.

export const policyV1 = `
kind Eviction: metadata#1:meta.v1.ObjectMeta deleteOptions#2:meta.v1.DeleteOptions
kind PodDisruptionBudget: metadata#1:meta.v1.ObjectMeta spec#2:PodDisruptionBudgetSpec
  status#3:PodDisruptionBudgetStatus
kind PodDisruptionBudgetList: metadata#1:meta.v1.ListMeta items#2!:[]PodDisruptionBudget
PodDisruptionBudgetSpec: minAvailable#1:IntOrString selector#2:meta.v1.LabelSelector+replace
  maxUnavailable#3:IntOrString unhealthyPodEvictionPolicy#4
PodDisruptionBudgetStatus: observedGeneration#1:int64 disruptedPods#2:{}Time disruptionsAllowed#3!:int32
  currentHealthy#4!:int32 desiredHealthy#5!:int32 expectedPods#6!:int32
  conditions#7:[]meta.v1.Condition@type~map(type)
`;
