// The types of Kubernetes' autoscaling, v1, as of k8s.io/api v0.36. The notation is explained in notation.ts.

export const autoscalingV1 = `
ContainerResourceMetricSource: name#1 targetAverageUtilization#2?:int32 targetAverageValue#3:Quantity container#5
ContainerResourceMetricStatus: name#1 currentAverageUtilization#2:int32 currentAverageValue#3:Quantity container#4
CrossVersionObjectReference~atomic: kind#1! name#2! apiVersion#3
ExternalMetricSource: metricName#1 metricSelector#2:meta.v1.LabelSelector targetValue#3:Quantity
  targetAverageValue#4:Quantity
ExternalMetricStatus: metricName#1 metricSelector#2:meta.v1.LabelSelector currentValue#3:Quantity
  currentAverageValue#4:Quantity
kind HorizontalPodAutoscaler: metadata#1:meta.v1.ObjectMeta spec#2:HorizontalPodAutoscalerSpec
  status#3:HorizontalPodAutoscalerStatus
HorizontalPodAutoscalerCondition: type#1 status#2 lastTransitionTime#3:Time reason#4 message#5
kind HorizontalPodAutoscalerList: metadata#1:meta.v1.ListMeta items#2!:[]HorizontalPodAutoscaler
HorizontalPodAutoscalerSpec: scaleTargetRef#1!:CrossVersionObjectReference minReplicas#2?:int32 maxReplicas#3!:int32
  targetCPUUtilizationPercentage#4?:int32
HorizontalPodAutoscalerStatus: observedGeneration#1:int64 lastScaleTime#2:Time currentReplicas#3!:int32
  desiredReplicas#4!:int32 currentCPUUtilizationPercentage#5:int32
MetricSpec: type#1 object#2:ObjectMetricSource pods#3:PodsMetricSource resource#4:ResourceMetricSource
  containerResource#7:ContainerResourceMetricSource external#5:ExternalMetricSource
MetricStatus: type#1 object#2:ObjectMetricStatus pods#3:PodsMetricStatus resource#4:ResourceMetricStatus
  containerResource#7:ContainerResourceMetricStatus external#5:ExternalMetricStatus
ObjectMetricSource: target#1:CrossVersionObjectReference metricName#2 targetValue#3:Quantity
  selector#4:meta.v1.LabelSelector averageValue#5:Quantity
ObjectMetricStatus: target#1:CrossVersionObjectReference metricName#2 currentValue#3:Quantity
  selector#4:meta.v1.LabelSelector averageValue#5:Quantity
PodsMetricSource: metricName#1 targetAverageValue#2:Quantity selector#3:meta.v1.LabelSelector
PodsMetricStatus: metricName#1 currentAverageValue#2:Quantity selector#3:meta.v1.LabelSelector
ResourceMetricSource: name#1 targetAverageUtilization#2?:int32 targetAverageValue#3:Quantity
ResourceMetricStatus: name#1 currentAverageUtilization#2:int32 currentAverageValue#3:Quantity
kind Scale: metadata#1:meta.v1.ObjectMeta spec#2:ScaleSpec status#3:ScaleStatus
ScaleSpec: replicas#1:int32
ScaleStatus: replicas#1!:int32 selector#2
`;
