// The types of Kubernetes' authorization.k8s.io, v1, as of k8s.io/api v0.36. The notation is explained in notation.ts.

export const authorizationV1 = `
FieldSelectorAttributes: rawSelector#1 requirements#2:[]meta.v1.FieldSelectorRequirement~atomic
LabelSelectorAttributes: rawSelector#1 requirements#2:[]meta.v1.LabelSelectorRequirement~atomic
kind LocalSubjectAccessReview: metadata#1:meta.v1.ObjectMeta spec#2!:SubjectAccessReviewSpec
  status#3:SubjectAccessReviewStatus
NonResourceAttributes: path#1 verb#2
NonResourceRule: verbs#1!:[]~atomic nonResourceURLs#2:[]~atomic
ResourceAttributes: namespace#1 verb#2 group#3 version#4 resource#5 subresource#6 name#7
  fieldSelector#8:FieldSelectorAttributes labelSelector#9:LabelSelectorAttributes
ResourceRule: verbs#1!:[]~atomic apiGroups#2:[]~atomic resources#3:[]~atomic resourceNames#4:[]~atomic
kind SelfSubjectAccessReview: metadata#1:meta.v1.ObjectMeta spec#2!:SelfSubjectAccessReviewSpec
  status#3:SubjectAccessReviewStatus
SelfSubjectAccessReviewSpec: resourceAttributes#1:ResourceAttributes nonResourceAttributes#2:NonResourceAttributes
kind SelfSubjectRulesReview: metadata#1:meta.v1.ObjectMeta spec#2!:SelfSubjectRulesReviewSpec
  status#3:SubjectRulesReviewStatus
SelfSubjectRulesReviewSpec: namespace#1
kind SubjectAccessReview: metadata#1:meta.v1.ObjectMeta spec#2!:SubjectAccessReviewSpec
  status#3:SubjectAccessReviewStatus
SubjectAccessReviewSpec: resourceAttributes#1:ResourceAttributes nonResourceAttributes#2:NonResourceAttributes user#3
  groups#4:[]~atomic extra#5:{}StringList uid#6
SubjectAccessReviewStatus: allowed#1!:bool denied#4:bool reason#2 evaluationError#3
SubjectRulesReviewStatus: resourceRules#1!:[]ResourceRule~atomic nonResourceRules#2!:[]NonResourceRule~atomic
  incomplete#3!:bool evaluationError#4
`;
