// The types of Kubernetes' storage.k8s.io, v1, as of k8s.io/api v0.36. The notation is explained in notation.ts.

export const storageV1 = `
kind CSIDriver: metadata#1:meta.v1.ObjectMeta spec#2!:CSIDriverSpec
kind CSIDriverList: metadata#1:meta.v1.ListMeta items#2!:[]CSIDriver
CSIDriverSpec: attachRequired#1?:bool podInfoOnMount#2?:bool volumeLifecycleModes#3:[]~set storageCapacity#4?:bool
  fsGroupPolicy#5 tokenRequests#6:[]TokenRequest~atomic requiresRepublish#7?:bool seLinuxMount#8?:bool
  nodeAllocatableUpdatePeriodSeconds#9?:int64 serviceAccountTokenInSecrets#10:bool
  preventPodSchedulingIfMissing#11:bool
kind CSINode: metadata#1:meta.v1.ObjectMeta spec#2!:CSINodeSpec
CSINodeDriver: name#1! nodeID#2! topologyKeys#3:[]~atomic allocatable#4:VolumeNodeResources
kind CSINodeList: metadata#1:meta.v1.ListMeta items#2!:[]CSINode
CSINodeSpec: drivers#1!:[]CSINodeDriver@name~map(name)
kind CSIStorageCapacity: metadata#1:meta.v1.ObjectMeta nodeTopology#2:meta.v1.LabelSelector storageClassName#3!
  capacity#4:Quantity maximumVolumeSize#5:Quantity
kind CSIStorageCapacityList: metadata#1:meta.v1.ListMeta items#2!:[]CSIStorageCapacity
kind StorageClass: metadata#1:meta.v1.ObjectMeta provisioner#2! parameters#3:{} reclaimPolicy#4
  mountOptions#5:[]~atomic allowVolumeExpansion#6?:bool volumeBindingMode#7
  allowedTopologies#8:[]core.v1.TopologySelectorTerm~atomic
kind StorageClassList: metadata#1:meta.v1.ListMeta items#2!:[]StorageClass
TokenRequest: audience#1! expirationSeconds#2?:int64
kind VolumeAttachment: metadata#1:meta.v1.ObjectMeta spec#2!:VolumeAttachmentSpec status#3:VolumeAttachmentStatus
kind VolumeAttachmentList: metadata#1:meta.v1.ListMeta items#2!:[]VolumeAttachment
VolumeAttachmentSource: persistentVolumeName#1 inlineVolumeSpec#2:core.v1.PersistentVolumeSpec
VolumeAttachmentSpec: attacher#1! source#2!:VolumeAttachmentSource nodeName#3!
VolumeAttachmentStatus: attached#1!:bool attachmentMetadata#2:{} attachError#3:VolumeError detachError#4:VolumeError
kind VolumeAttributesClass: metadata#1:meta.v1.ObjectMeta driverName#2! parameters#3:{}
kind VolumeAttributesClassList: metadata#1:meta.v1.ListMeta items#2!:[]VolumeAttributesClass
VolumeError: time#1:Time message#2 errorCode#3:int32
VolumeNodeResources: count#1?:int32
`;
