// Scenario: a day in the life of a cluster, as a file.
//   apiVersion: kubelab.dev/v1
//   kind: Scenario
//   metadata: { name: shop }
//   spec:
//     seed: 1
//     length: 24h
//     cluster: { scheduler: default }                         or ./mine.ts
//     nodes: [{ name: small, count: 20, zones: [a, b, c], capacity: { cpu: '4', memory: 16Gi } }]
//     workloads:
//       - name: order
//         requests: { cpu: 500m, memory: 512Mi }
//         duration: { exponential: 20m }
//         arrivals: { rate: { 0h: 10/h, 8h: 120/h, 20h: 30/h } }
//     events:
//       - { name: outage, at: 10h, opcode: stopNode, count: 2, for: 30m }
//     faults: [{ from: 12h, until: 13h, refuseWrites: 0.05 }]
// Words that scheduler_perf, Kubernetes' benchmark of schedulers, has too are its own. docs/simulation.md explains each.

import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  Equals,
  IsArray,
  IsDefined,
  IsIn,
  IsInt,
  IsISO8601,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { dnsLabel, mostNodes, PluginChoice, SchedulerChoice, TaintChoice } from '../cluster/cluster-file.ts';
import type { EventBase } from './scenario-events.ts';
import {
  type Distribution,
  IsDistribution,
  IsProbability,
  IsQuantities,
  IsRate,
  IsSpan,
  IsSpans,
  IsTexts,
  type Rate,
} from './scenario-rules.ts';

const name = { message: '$property must be small letters, digits and -' };
/** More pods than a cluster of Kubernetes holds need no scenario of ours. */
export const mostPods = 200_000;

export class ClusterChoices {
  @IsOptional() @IsObject() @ValidateNested() @Type(() => PluginChoice) store?: PluginChoice;
  @IsOptional() @IsObject() @ValidateNested() @Type(() => PluginChoice) scheduler?: PluginChoice;
  @IsOptional()
  @IsArray()
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => SchedulerChoice)
  schedulers?: SchedulerChoice[];
  @IsOptional()
  @IsArray()
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => PluginChoice)
  controllers?: PluginChoice[];
}

/** Nodes that are alike: `small-1`, `small-2`, ... */
export class NodePool {
  @Matches(dnsLabel, name) name!: string;
  @IsOptional() @IsInt() @Min(1) @Max(mostNodes) count?: number;
  /** Of each; what is not said is 4 CPUs, 8Gi, 110 pods. */
  @IsOptional() @IsQuantities() capacity?: Record<string, string>;
  @IsOptional() @IsTexts() labels?: Record<string, string>;
  /** The nodes are spread over these in turn, by the label topology.kubernetes.io/zone. */
  @IsOptional() @IsArray() @ArrayNotEmpty() @IsString({ each: true }) zones?: string[];
  @IsOptional()
  @IsArray()
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => TaintChoice)
  taints?: TaintChoice[];
}

/** When a workload's pods come: one of `at`, `rate`, `trace`. */
export class Arrivals {
  /** At these times. */
  @IsOptional() @IsSpans() at?: string[];
  @IsOptional() @IsRate() rate?: Rate;
  /** Of a rate: by chance (poisson, unless told), or evenly (regular). */
  @IsOptional() @IsIn(['poisson', 'regular']) process?: 'poisson' | 'regular';
  @IsOptional() @IsSpan() from?: string;
  @IsOptional() @IsSpan() until?: string;
  /** No more than so many. */
  @IsOptional() @IsInt() @Min(1) @Max(mostPods) limit?: number;
  /** A CSV file beside the scenario: a row a pod (core/simulation/trace.ts). */
  @IsOptional() @IsString() trace?: string;
}

/** Pods, or Deployments, that are alike. */
export class Workload {
  @Matches(dnsLabel, name) name!: string;
  @IsOptional() @IsIn(['Pod', 'Deployment']) kind?: 'Pod' | 'Deployment';
  @IsOptional() @Matches(dnsLabel, name) namespace?: string;
  /** How many, at the beginning; one unless told. With `arrivals` it is those that say it. */
  @IsOptional() @IsInt() @Min(1) @Max(mostPods) count?: number;
  @IsOptional() @IsObject() @ValidateNested() @Type(() => Arrivals) arrivals?: Arrivals;
  /** Of a Deployment. */
  @IsOptional() @IsInt() @Min(0) @Max(mostPods) replicas?: number;
  @IsOptional() @IsQuantities() requests?: Record<string, string>;
  @IsOptional() @IsString() image?: string;
  @IsOptional() @IsTexts() labels?: Record<string, string>;
  /** Its PriorityClass is made, where there is none: `priority-100`. */
  @IsOptional() @IsInt() @Min(-1_000_000_000) @Max(1_000_000_000) priority?: number;
  @IsOptional() @IsString() schedulerName?: string;
  /** Everything else of the pods: metadata and spec, as in a Deployment's template. */
  @IsOptional() @IsObject() template?: Record<string, unknown>;
  /** How long a pod runs once it has started; without it, until somebody deletes it. */
  @IsOptional() @IsDistribution() duration?: Distribution;
  /** Which part of the pods ends with exit code 1. */
  @IsOptional() @IsProbability() failing?: number;
  /** A pod that has ended is deleted after so long. Without it, it stays. */
  @IsOptional() @IsSpan() ttlAfterFinished?: string;
}

/** What goes wrong between components and the API, for a while. */
export class FaultChoice {
  @IsOptional() @IsSpan() from?: string;
  @IsOptional() @IsSpan() until?: string;
  /** `scheduler`, `controllers`, `kubelets`, or components by name (`controller-node`, `small-3`); all unless told. */
  @IsOptional() @IsArray() @ArrayNotEmpty() @IsString({ each: true }) of?: string[];
  /** All their watches end so often; every other time because their revision is forgotten, so that they have to list anew. */
  @IsOptional() @IsDistribution() cutWatches?: Distribution;
  /** What watches bring comes so late. */
  @IsOptional() @IsSpan() lateWatches?: string;
  /** Which part of the writes is refused. */
  @IsOptional() @IsProbability() refuseWrites?: number;
  /** Which part of the writes is done, but seems to have failed. */
  @IsOptional() @IsProbability() loseAnswers?: number;
  /** Each call takes so long. */
  @IsOptional() @IsDistribution() slowCalls?: Distribution;
}

export class ScenarioSpec {
  @IsOptional() seed?: string | number;
  @IsSpan() length!: string;
  /** 2026-01-01T00:00:00Z unless told. */
  @IsOptional() @IsISO8601({ strict: true }) start?: string;
  /** How often the figures are taken; a 48th of the length unless told. */
  @IsOptional() @IsSpan() sampleEvery?: string;
  @IsOptional() @IsObject() @ValidateNested() @Type(() => ClusterChoices) cluster?: ClusterChoices;
  @IsArray()
  @ArrayNotEmpty()
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => NodePool)
  nodes!: NodePool[];
  /** Further objects, made at the beginning: PriorityClasses, Services, PodDisruptionBudgets, ... */
  @IsOptional() @IsArray() @IsObject({ each: true }) objects?: Record<string, unknown>[];
  @IsOptional()
  @IsArray()
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => Workload)
  workloads?: Workload[];
  /** Each is checked by the class of its opcode (scenario-events.ts). */
  @IsOptional() @IsArray() @IsObject({ each: true }) events?: EventBase[];
  @IsOptional()
  @IsArray()
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => FaultChoice)
  faults?: FaultChoice[];
}

class ScenarioMetadata {
  @IsOptional() @Matches(dnsLabel, name) name?: string;
}

export class Scenario {
  @Equals('kubelab.dev/v1') apiVersion!: string;
  @Equals('Scenario') kind!: string;
  @IsOptional() @IsObject() @ValidateNested() @Type(() => ScenarioMetadata) metadata?: ScenarioMetadata;
  @IsDefined() @IsObject() @ValidateNested() @Type(() => ScenarioSpec) spec!: ScenarioSpec;
}
