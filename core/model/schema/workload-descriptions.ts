// Descriptions of the kinds that make pods, and of those of the network: what `kubectl explain job.spec` says.

export const workloadTexts: Readonly<Record<string, string>> = {
  'batch.v1.Job':
    'Job runs pods that are to end: as many as have to succeed, so many at the same time; it tries again when one fails, and is Complete or Failed then, for good.',
  'batch.v1.Job.spec': 'What is to be run, how often, and when to give up.',
  'batch.v1.Job.status': 'How far it is; written by the Job controller.',
  'batch.v1.JobSpec.parallelism':
    'How many pods run at the same time, at most; 1 unless said. It may be changed while the Job runs; 0 stops it for a while.',
  'batch.v1.JobSpec.completions':
    'How many pods have to succeed; 1 unless said. Without it, but with parallelism, the pods share one piece of work: the success of one says that it is done.',
  'batch.v1.JobSpec.completionMode':
    'NonIndexed (the default): any success counts. Indexed: each pod has a number from 0 to completions - 1, in its hostname and in JOB_COMPLETION_INDEX, and each number has to succeed once.',
  'batch.v1.JobSpec.backoffLimit': 'How many failures there may be until the Job has failed; 6 unless said.',
  'batch.v1.JobSpec.backoffLimitPerIndex':
    'How often each number of an Indexed Job may fail; the others go on. Decided at birth.',
  'batch.v1.JobSpec.maxFailedIndexes': 'How many numbers may fail until the Job ends at once.',
  'batch.v1.JobSpec.activeDeadlineSeconds':
    'Seconds after its start until the Job has failed and its pods are stopped, whatever they do.',
  'batch.v1.JobSpec.ttlSecondsAfterFinished':
    'Seconds after its end until the Job is deleted, with its pods. Without it the Job stays until somebody deletes it.',
  'batch.v1.JobSpec.suspend':
    'While true, no pod runs: those that do are deleted, and do not count as failed. Set to false, the Job goes on.',
  'batch.v1.JobSpec.template':
    'The pod that is run. Its restartPolicy is Never (a new pod is made) or OnFailure (its containers are started again).',
  'batch.v1.JobSpec.selector': 'Which pods are the Job’s own. Made by the server; leave it out.',
  'batch.v1.JobSpec.manualSelector':
    'True: the selector is written by hand. Mind that no other Job has pods like these.',
  'batch.v1.JobSpec.podFailurePolicy':
    'What the failure of a pod means, by exit code or condition: FailJob, FailIndex, Ignore or Count. The first rule that matches decides.',
  'batch.v1.JobSpec.successPolicy':
    'When an Indexed Job is done before all its numbers are: by which of them, or how many, succeeded.',
  'batch.v1.JobSpec.podReplacementPolicy':
    'TerminatingOrFailed (the default): a pod that is on its way out is replaced at once. Failed: only when it has ended.',
  'batch.v1.JobStatus.active': 'Pods that run or wait to.',
  'batch.v1.JobStatus.succeeded': 'Pods that have succeeded.',
  'batch.v1.JobStatus.failed': 'Pods that have failed.',
  'batch.v1.JobStatus.completedIndexes': 'Numbers that have succeeded: 0,2-4.',
  'batch.v1.JobStatus.uncountedTerminatedPods':
    'Pods that have ended and are about to be counted, by uid: each keeps a finalizer until it is, so that none is missed or counted twice.',
  'batch.v1.JobStatus.conditions':
    'Complete or Failed, at the end; before it SuccessCriteriaMet or FailureTarget, while what runs is stopped; Suspended.',
  'batch.v1.CronJob': 'CronJob makes a Job of a template again and again, at the times of a schedule.',
  'batch.v1.CronJobSpec.schedule':
    'When: minute, hour, day of month, month, day of week, as in cron: 30 2 * * mon-fri; or @hourly, @daily, @weekly, @monthly, @yearly.',
  'batch.v1.CronJobSpec.timeZone': 'Whose clock the schedule is read by: Europe/Berlin. UTC unless said.',
  'batch.v1.CronJobSpec.concurrencyPolicy':
    'What to do when the Job before still runs. Allow (the default): start the next beside it. Forbid: leave it out. Replace: stop the old one.',
  'batch.v1.CronJobSpec.startingDeadlineSeconds':
    'How late a Job may be started; one that is later is left out. Without it, the last one that was missed is made up for.',
  'batch.v1.CronJobSpec.suspend': 'While true, no Job is made. Those that run go on.',
  'batch.v1.CronJobSpec.jobTemplate': 'The Job that is made.',
  'batch.v1.CronJobSpec.successfulJobsHistoryLimit': 'How many Jobs that succeeded are kept; 3 unless said.',
  'batch.v1.CronJobSpec.failedJobsHistoryLimit': 'How many Jobs that failed are kept; 1 unless said.',
  'batch.v1.CronJobStatus.lastScheduleTime': 'The time of the schedule for which the last Job was made.',
  'apps.v1.DaemonSet': 'DaemonSet keeps one pod on every node that may have it: agents that belong to the node itself.',
  'apps.v1.DaemonSetSpec.template':
    'The pod. Its nodeSelector, affinity and tolerations say which nodes it is for; the node’s own troubles are tolerated anyway.',
  'apps.v1.DaemonSetSpec.updateStrategy':
    'RollingUpdate (the default): a few nodes at a time. OnDelete: a node gets the new pod when somebody deletes the old one.',
  'apps.v1.RollingUpdateDaemonSet.maxUnavailable':
    'How many nodes may be without an available pod during an update: a number, or a share such as 10%; 1 unless said.',
  'apps.v1.RollingUpdateDaemonSet.maxSurge':
    'How many nodes may have an old and a new pod during an update; with it the old pod goes when the new one is available. 0 unless said.',
  'apps.v1.DaemonSetSpec.minReadySeconds': 'How long a pod must be ready to count as available.',
  'apps.v1.DaemonSetSpec.revisionHistoryLimit':
    'How many old templates are kept for kubectl rollout undo; 10 unless said.',
  'apps.v1.DaemonSetStatus.desiredNumberScheduled': 'Nodes that should have the pod.',
  'apps.v1.DaemonSetStatus.numberMisscheduled': 'Nodes that have the pod and should not.',
  'apps.v1.StatefulSet':
    'StatefulSet keeps pods that are not interchangeable: each has a number, and with it a name and volumes that stay its own.',
  'apps.v1.StatefulSetSpec.replicas': 'How many pods; they are numbered from 0. 1 unless said.',
  'apps.v1.StatefulSetSpec.serviceName':
    'The headless Service under which each pod has a name of its own: db-0.db. It has to be made beside the set.',
  'apps.v1.StatefulSetSpec.volumeClaimTemplates':
    'Each pod has a claim of each of these for itself, such as data-db-0. The claim waits for the pod when that is gone.',
  'apps.v1.StatefulSetSpec.podManagementPolicy':
    'OrderedReady (the default): pods come one after the other, each when the one before is ready, and go in reverse. Parallel: all at once.',
  'apps.v1.StatefulSetSpec.updateStrategy':
    'RollingUpdate (the default): from the highest number down, one at a time. OnDelete: a pod is new when somebody has deleted the old one.',
  'apps.v1.RollingUpdateStatefulSetStrategy.partition':
    'Only pods of this number and above are updated; 0 unless said.',
  'apps.v1.StatefulSetSpec.persistentVolumeClaimRetentionPolicy':
    'What becomes of the claims when the set is deleted (whenDeleted) or made smaller (whenScaled): Retain (the default) or Delete.',
  'apps.v1.StatefulSetSpec.minReadySeconds': 'How long a pod must be ready to count as available.',
  'apps.v1.StatefulSetStatus.currentRevision': 'The revision that pods are updated from.',
  'apps.v1.StatefulSetStatus.updateRevision':
    'The revision that pods are updated to; the same when no update is under way.',
  'apps.v1.ControllerRevision':
    'ControllerRevision keeps a template that a DaemonSet or StatefulSet has had, so that it can go back to it.',
  'apps.v1.ControllerRevision.data': 'A patch that makes the template what it was. It cannot be changed.',
  'apps.v1.ControllerRevision.revision': 'The greater the newer.',
  'networking.v1.Ingress':
    'Ingress says which Service answers which HTTP address. It takes an ingress controller to act on it.',
  'networking.v1.IngressSpec.ingressClassName': 'Whose it is: the name of an IngressClass.',
  'networking.v1.IngressSpec.rules': 'Which host and path goes to which Service.',
  'networking.v1.IngressSpec.defaultBackend': 'Where what no rule knows goes.',
  'networking.v1.IngressClass': 'IngressClass names a kind of ingress, and who acts on Ingresses of it.',
  'networking.v1.NetworkPolicy':
    'NetworkPolicy says who may talk to which pods, and whom they may talk to. It takes a network that acts on it.',
  'networking.v1.NetworkPolicySpec.podSelector': 'Which pods of the namespace it is for; empty: all.',
  'networking.v1.NetworkPolicySpec.policyTypes':
    'Ingress, Egress or both: what is limited. Such traffic is refused unless a rule allows it.',
  'networking.v1.NetworkPolicySpec.ingress': 'What may come in: from whom, to which ports.',
  'networking.v1.NetworkPolicySpec.egress': 'What may go out: to whom, to which ports.',
};
