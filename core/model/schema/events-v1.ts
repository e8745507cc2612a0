// The types of Kubernetes' events.k8s.io, v1, as of k8s.io/api v0.36. The notation is explained in notation.ts.

export const eventsV1 = `
kind Event: metadata#1:meta.v1.ObjectMeta eventTime#2!:MicroTime series#3:EventSeries reportingController#4
  reportingInstance#5 action#6 reason#7 regarding#8:core.v1.ObjectReference related#9:core.v1.ObjectReference note#10
  type#11 deprecatedSource#12:core.v1.EventSource deprecatedFirstTimestamp#13:Time deprecatedLastTimestamp#14:Time
  deprecatedCount#15:int32
kind EventList: metadata#1:meta.v1.ListMeta items#2!:[]Event
EventSeries: count#1!:int32 lastObservedTime#2!:MicroTime
`;
