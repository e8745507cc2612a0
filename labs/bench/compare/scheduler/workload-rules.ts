// Workload rules: what may stand in a workload file, operation by operation; the fields and their names are those of
// Kubernetes' scheduler_perf (test/integration/scheduler_perf). A count is a number (`count`) or a parameter of the
// workload (`countParam: $initPods`); how much is possible is checked where the parameters are known (workload-steps.ts).

import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsPositive,
  IsString,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

const param = /^\$[A-Za-z]\w*$/;
const paramMessage = { message: 'countParam must be a parameter of the workload: $initPods' };
const duration = /^\d+(\.\d+)?(ms|s|m)$/;
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

export class Operation {
  @IsString() opcode!: string;
}

export class Counted extends Operation {
  /** Looked at with the parameters: a number, whatever is written. */
  @IsOptional() count?: unknown;
  @IsOptional() @Matches(param, paramMessage) countParam?: string;
}

class NodeLabels {
  @IsString() labelKey!: string;
  @IsArray() @ArrayMinSize(1) @IsString({ each: true }) labelValues!: string[];
}

class UniqueNodeLabel {
  @IsString() labelKey!: string;
}

class NodeAllocatable {
  @IsObject() nodeAllocatable!: Record<string, string>;
}

export class CreateNodes extends Counted {
  @IsOptional() @IsString() nodeTemplatePath?: string;
  /** Each node gets one of the values, in turn. */
  @IsOptional() @ValidateNested() @Type(() => NodeLabels) labelNodePrepareStrategy?: NodeLabels;
  /** Each node gets its own name as the value. */
  @IsOptional() @ValidateNested() @Type(() => UniqueNodeLabel) uniqueNodeLabelStrategy?: UniqueNodeLabel;
  @IsOptional() @ValidateNested() @Type(() => NodeAllocatable) nodeAllocatableStrategy?: NodeAllocatable;
}

export class CreateNamespaces extends Counted {
  @Matches(label) prefix!: string;
  @IsOptional() @IsString() namespaceTemplatePath?: string;
}

export class CreatePods extends Counted {
  /** One of its own, namespace-<number of the operation>, unless told. */
  @IsOptional() @Matches(label) namespace?: string;
  @IsOptional() @IsString() podTemplatePath?: string;
  /** These are the pods that are measured. */
  @IsOptional() @IsBoolean() collectMetrics?: boolean;
  /** The next operation begins at once, not when these pods have nodes. */
  @IsOptional() @IsBoolean() skipWaitToCompletion?: boolean;
}

export class CreatePodSets extends Counted {
  @Matches(label) namespacePrefix!: string;
  /** Done in each of the namespaces. */
  @IsDefined() @ValidateNested() @Type(() => CreatePods) createPodsOp!: CreatePods;
}

export class CreateAny extends Counted {
  @IsString() templatePath!: string;
  @IsOptional() @Matches(label) namespace?: string;
}

export class DeletePods extends Operation {
  @Matches(label) namespace!: string;
  @IsOptional() @IsObject() labelSelector?: Record<string, string>;
  /** All at once unless told. */
  @IsOptional() @IsNumber() @IsPositive() deletePodsPerSecond?: number;
  @IsOptional() @IsBoolean() skipWaitToCompletion?: boolean;
}

export class Churn extends Operation {
  /** `create`: adds more and more, `number` in all; `recreate`: creates `number`, deletes them, and so on. */
  @IsIn(['create', 'recreate']) mode!: string;
  /** create: no end unless told; recreate: 1 unless told. */
  @IsOptional() @IsInt() @Min(1) @Max(100_000) number?: number;
  @IsArray() @ArrayMinSize(1) @IsString({ each: true }) templatePaths!: string[];
  /** 500 unless told. */
  @IsOptional() @IsInt() @Min(1) @Max(3_600_000) intervalMilliseconds?: number;
}

export class Barrier extends Operation {
  /** Of all pods unless told. */
  @IsOptional() @IsArray() @Matches(label, { each: true }) namespaces?: string[];
  @IsOptional() @IsObject() labelSelector?: Record<string, string>;
  /** `Scheduled` unless told; `Attempted`: tried once, whatever came of it. */
  @IsOptional() @IsIn(['Attempted', 'Scheduled']) stageRequirement?: string;
}

export class Sleep extends Operation {
  @IsOptional() @Matches(duration, { message: 'duration must be such as 500ms, 2s or 1m' }) duration?: string;
  /** Of the workload's parameters: seconds. */
  @IsOptional() @Matches(param) durationParam?: string;
}

export class StartCollectingMetrics extends Operation {
  @IsOptional() @IsString() name?: string;
  @IsOptional() @IsArray() @Matches(label, { each: true }) namespaces?: string[];
  @IsOptional() @IsObject() labelSelector?: Record<string, string>;
}

export class StopCollectingMetrics extends Operation {}

export const operations: Readonly<Record<string, new () => Operation>> = {
  createNodes: CreateNodes,
  createNamespaces: CreateNamespaces,
  createPods: CreatePods,
  createPodSets: CreatePodSets,
  createAny: CreateAny,
  deletePods: DeletePods,
  churn: Churn,
  barrier: Barrier,
  sleep: Sleep,
  startCollectingMetrics: StartCollectingMetrics,
  stopCollectingMetrics: StopCollectingMetrics,
};

/** One size of a test case. */
export class WorkloadEntry {
  @IsString() name!: string;
  @IsOptional() @IsArray() @IsString({ each: true }) labels?: string[];
  @IsOptional() @IsObject() params?: Record<string, unknown>;
  /** Pods a second that Kubernetes' own CI demands of Kubernetes (scheduler_perf: threshold). */
  @IsOptional() @IsNumber() @IsPositive() floor?: number;
}

export class TestCase {
  @Matches(/^[A-Za-z][\w-]*$/, { message: 'name must be one word: SchedulingBasic' }) name!: string;
  @IsOptional() @IsString() description?: string;
  @IsOptional() @IsArray() @IsString({ each: true }) labels?: string[];
  @IsOptional() @IsString() defaultPodTemplatePath?: string;
  /** Its operations are checked one by one, each by its own class. */
  @IsArray() @ArrayMinSize(1) workloadTemplate!: unknown[];
  @IsArray() @ArrayMinSize(1) @ValidateNested({ each: true }) @Type(() => WorkloadEntry) workloads!: WorkloadEntry[];
}
