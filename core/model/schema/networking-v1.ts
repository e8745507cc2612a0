// The types of Kubernetes' networking.k8s.io, v1, as of k8s.io/api v0.36. The notation is explained in notation.ts.

export const networkingV1 = `
HTTPIngressPath: path#1 pathType#3! backend#2!:IngressBackend
HTTPIngressRuleValue: paths#1!:[]HTTPIngressPath~atomic
kind IPAddress: metadata#1:meta.v1.ObjectMeta spec#2:IPAddressSpec
kind IPAddressList: metadata#1:meta.v1.ListMeta items#2!:[]IPAddress
IPAddressSpec: parentRef#1!:ParentReference
IPBlock: cidr#1! except#2:[]~atomic
kind Ingress: metadata#1:meta.v1.ObjectMeta spec#2:IngressSpec status#3:IngressStatus
IngressBackend: service#4:IngressServiceBackend resource#3:core.v1.TypedLocalObjectReference
kind IngressClass: metadata#1:meta.v1.ObjectMeta spec#2:IngressClassSpec
kind IngressClassList: metadata#1:meta.v1.ListMeta items#2!:[]IngressClass
IngressClassParametersReference: apiGroup#1 kind#2! name#3! scope#4 namespace#5
IngressClassSpec: controller#1 parameters#2:IngressClassParametersReference
kind IngressList: metadata#1:meta.v1.ListMeta items#2!:[]Ingress
IngressLoadBalancerIngress: ip#1 hostname#2 ports#4:[]IngressPortStatus~atomic
IngressLoadBalancerStatus: ingress#1:[]IngressLoadBalancerIngress~atomic
IngressPortStatus: port#1!:int32 protocol#2! error#3
IngressRule: host#1 ...IngressRuleValue#2
IngressRuleValue: http#1:HTTPIngressRuleValue
IngressServiceBackend: name#1! port#2:ServiceBackendPort
IngressSpec: ingressClassName#4? defaultBackend#1:IngressBackend tls#2:[]IngressTLS~atomic
  rules#3:[]IngressRule~atomic
IngressStatus: loadBalancer#1:IngressLoadBalancerStatus
IngressTLS: hosts#1:[]~atomic secretName#2
kind NetworkPolicy: metadata#1:meta.v1.ObjectMeta spec#2:NetworkPolicySpec
NetworkPolicyEgressRule: ports#1:[]NetworkPolicyPort~atomic to#2:[]NetworkPolicyPeer~atomic
NetworkPolicyIngressRule: ports#1:[]NetworkPolicyPort~atomic from#2:[]NetworkPolicyPeer~atomic
kind NetworkPolicyList: metadata#1:meta.v1.ListMeta items#2!:[]NetworkPolicy
NetworkPolicyPeer: podSelector#1:meta.v1.LabelSelector namespaceSelector#2:meta.v1.LabelSelector ipBlock#3:IPBlock
NetworkPolicyPort: protocol#1 port#2:IntOrString endPort#3?:int32
NetworkPolicySpec: podSelector#1:meta.v1.LabelSelector ingress#2:[]NetworkPolicyIngressRule~atomic
  egress#3:[]NetworkPolicyEgressRule~atomic policyTypes#4:[]~atomic
ParentReference: group#1 resource#2! namespace#3 name#4!
ServiceBackendPort~atomic: name#1 number#2:int32
kind ServiceCIDR: metadata#1:meta.v1.ObjectMeta spec#2:ServiceCIDRSpec status#3:ServiceCIDRStatus
kind ServiceCIDRList: metadata#1:meta.v1.ListMeta items#2!:[]ServiceCIDR
ServiceCIDRSpec: cidrs#1:[]
ServiceCIDRStatus: conditions#1:[]meta.v1.Condition
`;
