// The types of Kubernetes' discovery.k8s.io, v1, as of k8s.io/api v0.36. The notation is explained in notation.ts.

export const discoveryV1 = `
Endpoint: addresses#1!:[]~set conditions#2:EndpointConditions hostname#3 targetRef#4:core.v1.ObjectReference
  deprecatedTopology#5:{} nodeName#6 zone#7 hints#8:EndpointHints
EndpointConditions: ready#1?:bool serving#2?:bool terminating#3?:bool
EndpointHints: forZones#1:[]ForZone~atomic forNodes#2:[]ForNode
EndpointPort~atomic: name#1? protocol#2? port#3?:int32 appProtocol#4
kind EndpointSlice: metadata#1:meta.v1.ObjectMeta addressType#4! endpoints#2!:[]Endpoint~atomic
  ports#3:[]EndpointPort~atomic
kind EndpointSliceList: metadata#1:meta.v1.ListMeta items#2!:[]EndpointSlice
ForNode: name#1!
ForZone: name#1!
`;
