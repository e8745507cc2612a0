// The types of Kubernetes' batch, v1, as of k8s.io/api v0.36. The notation is explained in notation.ts.

export const batchV1 = `
kind CronJob: metadata#1:meta.v1.ObjectMeta spec#2:CronJobSpec status#3:CronJobStatus
kind CronJobList: metadata#1:meta.v1.ListMeta items#2!:[]CronJob
CronJobSpec: schedule#1! timeZone#8 startingDeadlineSeconds#2?:int64 concurrencyPolicy#3 suspend#4?:bool
  jobTemplate#5!:JobTemplateSpec successfulJobsHistoryLimit#6?:int32 failedJobsHistoryLimit#7?:int32
CronJobStatus: active#1:[]core.v1.ObjectReference~atomic lastScheduleTime#4:Time lastSuccessfulTime#5:Time
kind Job: metadata#1:meta.v1.ObjectMeta spec#2:JobSpec status#3:JobStatus
JobCondition: type#1! status#2! lastProbeTime#3:Time lastTransitionTime#4:Time reason#5 message#6
kind JobList: metadata#1:meta.v1.ListMeta items#2!:[]Job
JobSpec: parallelism#1?:int32 completions#2?:int32 activeDeadlineSeconds#3?:int64 podFailurePolicy#11:PodFailurePolicy
  successPolicy#16:SuccessPolicy backoffLimit#7?:int32 backoffLimitPerIndex#12?:int32 maxFailedIndexes#13?:int32
  selector#4:meta.v1.LabelSelector manualSelector#5?:bool template#6!:core.v1.PodTemplateSpec
  ttlSecondsAfterFinished#8?:int32 completionMode#9 suspend#10?:bool podReplacementPolicy#14 managedBy#15
JobStatus: conditions#1:[]JobCondition@type~atomic startTime#2:Time completionTime#3:Time active#4:int32
  succeeded#5:int32 failed#6:int32 terminating#11?:int32 completedIndexes#7 failedIndexes#10
  uncountedTerminatedPods#8:UncountedTerminatedPods ready#9?:int32
JobTemplateSpec: metadata#1:meta.v1.ObjectMeta spec#2:JobSpec
PodFailurePolicy: rules#1!:[]PodFailurePolicyRule~atomic
PodFailurePolicyOnExitCodesRequirement: containerName#1 operator#2! values#3!:[]int32~set
PodFailurePolicyOnPodConditionsPattern: type#1! status#2!
PodFailurePolicyRule: action#1! onExitCodes#2:PodFailurePolicyOnExitCodesRequirement
  onPodConditions#3:[]PodFailurePolicyOnPodConditionsPattern~atomic
SuccessPolicy: rules#1!:[]SuccessPolicyRule~atomic
SuccessPolicyRule: succeededIndexes#1 succeededCount#2?:int32
UncountedTerminatedPods: succeeded#1:[]~set failed#2:[]~set
`;
