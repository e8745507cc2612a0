// The types of Kubernetes' scheduling.k8s.io, v1, as of k8s.io/api v0.36. The notation is explained in notation.ts.

export const schedulingV1 = `
kind PriorityClass: metadata#1:meta.v1.ObjectMeta value#2!:int32 globalDefault#3:bool description#4 preemptionPolicy#5
kind PriorityClassList: metadata#1:meta.v1.ListMeta items#2!:[]PriorityClass
`;
