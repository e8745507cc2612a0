// The types of Kubernetes' node.k8s.io, v1, as of k8s.io/api v0.36. The notation is explained in notation.ts.

export const nodeV1 = `
Overhead: podFixed#1:{}Quantity
kind RuntimeClass: metadata#1:meta.v1.ObjectMeta handler#2! overhead#3:Overhead scheduling#4:Scheduling
kind RuntimeClassList: metadata#1:meta.v1.ListMeta items#2!:[]RuntimeClass
Scheduling: nodeSelector#1:{}~atomic tolerations#2:[]core.v1.Toleration~atomic
`;
