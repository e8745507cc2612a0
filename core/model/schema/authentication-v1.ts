// The types of Kubernetes' authentication.k8s.io, v1, as of k8s.io/api v0.36. The notation is explained in notation.ts.

export const authenticationV1 = `
BoundObjectReference: kind#1 apiVersion#2 name#3 uid#4
kind SelfSubjectReview: metadata#1:meta.v1.ObjectMeta status#2:SelfSubjectReviewStatus
SelfSubjectReviewStatus: userInfo#1:UserInfo
kind TokenRequest: metadata#1:meta.v1.ObjectMeta spec#2!:TokenRequestSpec status#3:TokenRequestStatus
TokenRequestSpec: audiences#1!:[]~atomic expirationSeconds#4?:int64 boundObjectRef#3:BoundObjectReference
TokenRequestStatus: token#1! expirationTimestamp#2!:Time
kind TokenReview: metadata#1:meta.v1.ObjectMeta spec#2!:TokenReviewSpec status#3:TokenReviewStatus
TokenReviewSpec: token#1 audiences#2:[]~atomic
TokenReviewStatus: authenticated#1:bool user#2:UserInfo audiences#4:[]~atomic error#3
UserInfo: username#1 uid#2 groups#3:[]~atomic extra#4:{}StringList
`;
