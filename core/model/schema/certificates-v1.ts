// The types of Kubernetes' certificates.k8s.io, v1, as of k8s.io/api v0.36. The notation is explained in notation.ts.

export const certificatesV1 = `
kind CertificateSigningRequest: metadata#1:meta.v1.ObjectMeta spec#2!:CertificateSigningRequestSpec
  status#3:CertificateSigningRequestStatus
CertificateSigningRequestCondition: type#1! status#6! reason#2 message#3 lastUpdateTime#4:Time
  lastTransitionTime#5:Time
kind CertificateSigningRequestList: metadata#1:meta.v1.ListMeta items#2!:[]CertificateSigningRequest
CertificateSigningRequestSpec: request#1!:bytes~atomic signerName#7! expirationSeconds#8?:int32 usages#5:[]~atomic
  username#2 uid#3 groups#4:[]~atomic extra#6:{}StringList
CertificateSigningRequestStatus: conditions#1:[]CertificateSigningRequestCondition~map(type)
  certificate#2:bytes~atomic
`;
