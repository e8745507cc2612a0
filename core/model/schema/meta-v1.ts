// What all objects share (k8s.io/apimachinery, pkg/apis/meta/v1). The notation is explained in notation.ts.

export const metaV1 = `
ApplyOptions: dryRun#1:[] force#2?:bool fieldManager#3
Condition: type#1! status#2! observedGeneration#3:int64 lastTransitionTime#4!:Time reason#5! message#6!
CreateOptions: dryRun#1:[] fieldManager#3 fieldValidation#4
kind DeleteOptions: gracePeriodSeconds#1?:int64 preconditions#2:Preconditions orphanDependents#3?:bool
  propagationPolicy#4 dryRun#5:[]~atomic ignoreStoreReadErrorWithClusterBreakingPotential#6:bool
FieldSelectorRequirement: key#1! operator#2! values#3:[]~atomic
GetOptions: resourceVersion#1
LabelSelector~atomic: matchLabels#1:{} matchExpressions#2:[]LabelSelectorRequirement~atomic
LabelSelectorRequirement: key#1! operator#2! values#3:[]~atomic
kind List: metadata#1:ListMeta items#2:[]RawExtension
ListMeta: selfLink#1 resourceVersion#2 continue#3 remainingItemCount#4:int64 shardInfo#5:ShardInfo
ListOptions: labelSelector#1 fieldSelector#2 watch#3:bool allowWatchBookmarks#9:bool resourceVersion#4
  resourceVersionMatch#10 timeoutSeconds#5?:int64 limit#7:int64 continue#8 sendInitialEvents#11?:bool shardSelector#15
ManagedFieldsEntry: manager#1 operation#2 apiVersion#3 time#4:Time fieldsType#6 fieldsV1#7:FieldsV1 subresource#8
ObjectMeta: name#1 generateName#2 namespace#3 selfLink#4 uid#5 resourceVersion#6 generation#7:int64
  creationTimestamp#8:Time deletionTimestamp#9:Time deletionGracePeriodSeconds#10?:int64 labels#11:{}
  annotations#12:{} ownerReferences#13:[]OwnerReference@uid~map(uid) finalizers#14:[]@~set
  managedFields#17:[]ManagedFieldsEntry~atomic
OwnerReference~atomic: apiVersion#5! kind#1! name#3! uid#4! controller#6?:bool blockOwnerDeletion#7?:bool
PatchOptions: dryRun#1:[] force#2?:bool fieldManager#3 fieldValidation#4
Preconditions: uid#1 resourceVersion#2
ShardInfo: selector#1
kind Status: metadata#1:ListMeta status#2 message#3 reason#4 details#5:StatusDetails~atomic code#6:int32
StatusCause: reason#1 message#2 field#3
StatusDetails: name#1 group#2 kind#3 uid#6 causes#4:[]StatusCause~atomic retryAfterSeconds#5?:int32
UpdateOptions: dryRun#1:[] fieldManager#2 fieldValidation#3
WatchEvent: type#1! object#2!:RawExtension
`;
