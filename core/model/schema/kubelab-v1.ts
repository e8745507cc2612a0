// The types of kubelab.dev, v1: Kubelab's own kinds, which Kubernetes has not. The notation is explained in notation.ts.

export const kubelabV1 = `
kind Component: metadata#1:meta.v1.ObjectMeta spec#2!:ComponentSpec status#3:ComponentStatus
kind ComponentList: metadata#1:meta.v1.ListMeta items#2!:[]Component
ComponentSpec: slot#1! plugin#2! options#3:{}JSON path#4
ComponentStatus: state#1 message#2 restarts#3:int32 startedAt#4:Time
  conditions#5:[]meta.v1.Condition@type~map(type) observedGeneration#6:int64
`;
