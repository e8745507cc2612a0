// The types of Kubernetes' coordination.k8s.io, v1, as of k8s.io/api v0.36. The notation is explained in notation.ts.

export const coordinationV1 = `
kind Lease: metadata#1:meta.v1.ObjectMeta spec#2:LeaseSpec
kind LeaseList: metadata#1:meta.v1.ListMeta items#2!:[]Lease
LeaseSpec: holderIdentity#1? leaseDurationSeconds#2?:int32 acquireTime#3:MicroTime renewTime#4:MicroTime
  leaseTransitions#5?:int32 strategy#6 preferredHolder#7
`;
