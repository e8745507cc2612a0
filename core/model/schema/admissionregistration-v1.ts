// The types of Kubernetes' admissionregistration.k8s.io, v1, as of k8s.io/api v0.36. The notation is explained in notation.ts.

export const admissionregistrationV1 = `
ApplyConfiguration: expression#1
AuditAnnotation: key#1! valueExpression#2!
ExpressionWarning: fieldRef#2! warning#3!
JSONPatch: expression#1
MatchCondition: name#1! expression#2!
MatchResources~atomic: namespaceSelector#1:meta.v1.LabelSelector objectSelector#2:meta.v1.LabelSelector
  resourceRules#3:[]NamedRuleWithOperations~atomic excludeResourceRules#4:[]NamedRuleWithOperations~atomic
  matchPolicy#7
kind MutatingAdmissionPolicy: metadata#1:meta.v1.ObjectMeta spec#2:MutatingAdmissionPolicySpec
kind MutatingAdmissionPolicyBinding: metadata#1:meta.v1.ObjectMeta spec#2:MutatingAdmissionPolicyBindingSpec
kind MutatingAdmissionPolicyBindingList: metadata#1:meta.v1.ListMeta items#2:[]MutatingAdmissionPolicyBinding
MutatingAdmissionPolicyBindingSpec: policyName#1 paramRef#2:ParamRef matchResources#3:MatchResources
kind MutatingAdmissionPolicyList: metadata#1:meta.v1.ListMeta items#2:[]MutatingAdmissionPolicy
MutatingAdmissionPolicySpec: paramKind#1:ParamKind matchConstraints#2:MatchResources variables#3:[]Variable
  mutations#4:[]Mutation failurePolicy#5 matchConditions#6:[]MatchCondition reinvocationPolicy#7
MutatingWebhook: name#1! clientConfig#2!:WebhookClientConfig rules#3:[]RuleWithOperations~atomic failurePolicy#4
  matchPolicy#9 namespaceSelector#5:meta.v1.LabelSelector objectSelector#11:meta.v1.LabelSelector sideEffects#6!
  timeoutSeconds#7?:int32 admissionReviewVersions#8!:[]~atomic reinvocationPolicy#10
  matchConditions#12:[]MatchCondition@name~map(name)
kind MutatingWebhookConfiguration: metadata#1:meta.v1.ObjectMeta webhooks#2:[]MutatingWebhook@name~map(name)
kind MutatingWebhookConfigurationList: metadata#1:meta.v1.ListMeta items#2!:[]MutatingWebhookConfiguration
Mutation: patchType#2 applyConfiguration#3:ApplyConfiguration jsonPatch#4:JSONPatch
NamedRuleWithOperations~atomic: resourceNames#1:[]~atomic ...RuleWithOperations#2
ParamKind~atomic: apiVersion#1 kind#2
ParamRef~atomic: name#1 namespace#2 selector#3:meta.v1.LabelSelector parameterNotFoundAction#4
Rule: apiGroups#1:[] apiVersions#2:[] resources#3:[] scope#4
RuleWithOperations: operations#1:[]~atomic ...Rule#2
ServiceReference: namespace#1! name#2! path#3 port#4?:int32
TypeChecking: expressionWarnings#1:[]ExpressionWarning~atomic
kind ValidatingAdmissionPolicy: metadata#1:meta.v1.ObjectMeta spec#2:ValidatingAdmissionPolicySpec
  status#3:ValidatingAdmissionPolicyStatus
kind ValidatingAdmissionPolicyBinding: metadata#1:meta.v1.ObjectMeta spec#2:ValidatingAdmissionPolicyBindingSpec
kind ValidatingAdmissionPolicyBindingList: metadata#1:meta.v1.ListMeta items#2!:[]ValidatingAdmissionPolicyBinding
ValidatingAdmissionPolicyBindingSpec: policyName#1 paramRef#2:ParamRef matchResources#3:MatchResources
  validationActions#4:[]~set
kind ValidatingAdmissionPolicyList: metadata#1:meta.v1.ListMeta items#2!:[]ValidatingAdmissionPolicy
ValidatingAdmissionPolicySpec: paramKind#1:ParamKind matchConstraints#2:MatchResources
  validations#3:[]Validation~atomic failurePolicy#4 auditAnnotations#5:[]AuditAnnotation~atomic
  matchConditions#6:[]MatchCondition@name~map(name) variables#7:[]Variable@name~map(name)
ValidatingAdmissionPolicyStatus: observedGeneration#1:int64 typeChecking#2:TypeChecking
  conditions#3:[]meta.v1.Condition~map(type)
ValidatingWebhook: name#1! clientConfig#2!:WebhookClientConfig rules#3:[]RuleWithOperations~atomic failurePolicy#4
  matchPolicy#9 namespaceSelector#5:meta.v1.LabelSelector objectSelector#10:meta.v1.LabelSelector sideEffects#6!
  timeoutSeconds#7?:int32 admissionReviewVersions#8!:[]~atomic matchConditions#11:[]MatchCondition@name~map(name)
kind ValidatingWebhookConfiguration: metadata#1:meta.v1.ObjectMeta webhooks#2:[]ValidatingWebhook@name~map(name)
kind ValidatingWebhookConfigurationList: metadata#1:meta.v1.ListMeta items#2!:[]ValidatingWebhookConfiguration
Validation: expression#1! message#2 reason#3 messageExpression#4
Variable~atomic: name#1! expression#2!
WebhookClientConfig: url#3 service#1:ServiceReference caBundle#2:bytes
`;
