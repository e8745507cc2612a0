// The types of Kubernetes' rbac.authorization.k8s.io, v1, as of k8s.io/api v0.36. The notation is explained in notation.ts.

export const rbacV1 = `
AggregationRule: clusterRoleSelectors#1:[]meta.v1.LabelSelector~atomic
kind ClusterRole: metadata#1:meta.v1.ObjectMeta rules#2:[]PolicyRule~atomic aggregationRule#3:AggregationRule
kind ClusterRoleBinding: metadata#1:meta.v1.ObjectMeta subjects#2:[]Subject~atomic roleRef#3!:RoleRef
kind ClusterRoleBindingList: metadata#1:meta.v1.ListMeta items#2!:[]ClusterRoleBinding
kind ClusterRoleList: metadata#1:meta.v1.ListMeta items#2!:[]ClusterRole
PolicyRule: verbs#1!:[]~atomic apiGroups#2:[]~atomic resources#3:[]~atomic resourceNames#4:[]~atomic
  nonResourceURLs#5:[]~atomic
kind Role: metadata#1:meta.v1.ObjectMeta rules#2:[]PolicyRule~atomic
kind RoleBinding: metadata#1:meta.v1.ObjectMeta subjects#2:[]Subject~atomic roleRef#3!:RoleRef
kind RoleBindingList: metadata#1:meta.v1.ListMeta items#2!:[]RoleBinding
kind RoleList: metadata#1:meta.v1.ListMeta items#2!:[]Role
RoleRef~atomic: apiGroup#1! kind#2! name#3!
Subject~atomic: kind#1! apiGroup#2 name#3! namespace#4
`;
