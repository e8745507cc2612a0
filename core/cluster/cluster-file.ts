// Cluster file: the list of plugins as YAML.
//   apiVersion: kubelab.dev/v1
//   kind: Cluster
//   metadata: { name: packed }
//   spec:
//     nodes: 3                                  or a list: [{ name: big, labels: {...}, taints: [...], capacity: {...} }]
//     scheduler: { plugin: resource-fit, options: { strategy: pack } }     or the name alone, or a path: ./mine.ts
//     schedulers: [{ schedulerName: turns, plugin: round-robin }]
//     runtime: process
//     controllers: [standard, ./mine.ts]        those of an ordinary cluster, and one more
//     leaderElection: { leaderElect: true, leaseDuration: 15s, renewDeadline: 10s, retryPeriod: 2s }
// Everything in it is checked before anything starts; what is wrong is named with its line.

import 'reflect-metadata';
import { plainToInstance, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  Equals,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  ValidateNested,
  validateSync,
} from 'class-validator';
import { type LeaderElectionTimes, problemsOfTimes, usualTimes } from '../control/leader-election/times.ts';
import { span, spanPattern } from '../simulation/time-text.ts';
import { choiceAt, entriesOf, isRecord, mapOf, problemsIn, readYaml, strict } from './checked-yaml.ts';
import { ConfigurationError } from './configuration-error.ts';
import type { Locate } from './yaml-lines.ts';

export const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** As many as `kubelab up --nodes` takes. */
export const mostNodes = 5000;
export const quantity = /^\d+(\.\d+)?(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$/;

/** A plugin by name or path, with its options. In the file the name alone will do. */
export class PluginChoice {
  @IsString() plugin!: string;
  @IsOptional() @IsObject() options?: Record<string, unknown>;
  /** `cluster.yaml:5` */
  listedAt?: string;
}

export class SchedulerChoice extends PluginChoice {
  @Matches(dnsLabel, { message: 'schedulerName must be small letters, digits and -' }) schedulerName!: string;
}

export class TaintChoice {
  @IsString() key!: string;
  @IsOptional() @IsString() value?: string;
  @IsIn(['NoSchedule', 'PreferNoSchedule', 'NoExecute']) effect!: string;
}

export class NodeChoice {
  @IsOptional() @Matches(dnsLabel, { message: 'name must be small letters, digits and -' }) name?: string;
  @IsOptional() @IsObject() labels?: Record<string, string>;
  @IsOptional() @IsArray() @ValidateNested({ each: true }) @Type(() => TaintChoice) taints?: TaintChoice[];
  @IsOptional() @IsObject() capacity?: Record<string, string>;
}

const time = { message: '$property must be a time such as 15s or 500ms' };

/** As in the configuration of Kubernetes' own components (LeaderElectionConfiguration). */
export class LeaderElectionChoice {
  /** Unless told: where the store is one that several processes share. */
  @IsOptional() @IsBoolean({ message: 'leaderElect must be true or false' }) leaderElect?: boolean;
  @IsOptional() @Matches(spanPattern, time) leaseDuration?: string;
  @IsOptional() @Matches(spanPattern, time) renewDeadline?: string;
  @IsOptional() @Matches(spanPattern, time) retryPeriod?: string;
}

/** The times of a choice, in milliseconds. */
export const timesOf = ({
  leaderElect: _,
  ...texts
}: LeaderElectionChoice): { readonly [K in keyof LeaderElectionTimes]?: number } =>
  Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, span(text)]));

export class ClusterSpec {
  /** In the file a number will do: so many ordinary nodes. */
  @IsOptional()
  @IsArray({ message: `nodes must be a whole number from 0 to ${mostNodes}, or a list of nodes` })
  @ArrayMaxSize(mostNodes)
  @ValidateNested({ each: true })
  @Type(() => NodeChoice)
  nodes?: NodeChoice[];
  @IsOptional() @ValidateNested() @Type(() => PluginChoice) store?: PluginChoice;
  @IsOptional() @ValidateNested() @Type(() => PluginChoice) api?: PluginChoice;
  @IsOptional() @ValidateNested() @Type(() => PluginChoice) scheduler?: PluginChoice;
  @IsOptional() @IsArray() @ValidateNested({ each: true }) @Type(() => SchedulerChoice) schedulers?: SchedulerChoice[];
  @IsOptional() @ValidateNested() @Type(() => PluginChoice) runtime?: PluginChoice;
  @IsOptional() @ValidateNested() @Type(() => PluginChoice) proxy?: PluginChoice;
  @IsOptional() @IsArray() @ValidateNested({ each: true }) @Type(() => PluginChoice) controllers?: PluginChoice[];
  @IsOptional() @ValidateNested() @Type(() => LeaderElectionChoice) leaderElection?: LeaderElectionChoice;
}

class ClusterMetadata {
  @IsOptional() @Matches(dnsLabel, { message: 'name must be small letters, digits and -' }) name?: string;
}

export class ClusterFile {
  @Equals('kubelab.dev/v1') apiVersion!: string;
  @Equals('Cluster') kind!: string;
  @IsOptional() @ValidateNested() @Type(() => ClusterMetadata) metadata?: ClusterMetadata;
  @IsDefined() @ValidateNested() @Type(() => ClusterSpec) spec!: ClusterSpec;
}

/**
 * Reads a cluster file.
 * @param name of the file, for messages
 * @throws ConfigurationError, a line each: `cluster.yaml:5: spec.nodes must be ...`
 */
export function parseClusterFile(text: string, name: string): ClusterFile {
  const { plain, at } = readYaml(text, name, 'a cluster');
  const whole = { ...plain, spec: normalized(plain.spec, at) };
  const file: ClusterFile = mapOf(() => plainToInstance(ClusterFile, whole), name, 'a cluster');
  const problems = [
    ...problemsIn(validateSync(file, strict), at, 'a cluster file'),
    ...wrongMaps(file, at),
    ...doubleSchedulers(file, at),
    ...wrongTimes(file, at),
  ];
  if (problems.length > 0) throw new ConfigurationError([...new Set(problems)]);
  return file;
}

const choices = ['store', 'api', 'scheduler', 'runtime', 'proxy'];
const choiceLists = ['schedulers', 'controllers'];

/** The short forms spelled out: `nodes: 3`, `scheduler: round-robin`. */
function normalized(spec: unknown, at: Locate): unknown {
  if (!isRecord(spec)) return spec;
  const result: Record<string, unknown> = { ...spec };
  for (const key of choices) if (key in spec) result[key] = choiceAt(spec[key], at, ['spec', key]);
  for (const key of choiceLists) {
    const list = spec[key];
    if (Array.isArray(list)) result[key] = list.map((value, index) => choiceAt(value, at, ['spec', key, index]));
  }
  const { nodes } = spec;
  if (Number.isInteger(nodes) && (nodes as number) >= 0 && (nodes as number) <= mostNodes) {
    result.nodes = Array.from({ length: nodes as number }, () => ({}));
  }
  return result;
}

/** Labels are texts, capacities quantities: class-validator does not look inside maps. */
function wrongMaps(file: ClusterFile, at: Locate): string[] {
  const nodes = Array.isArray(file.spec?.nodes) ? file.spec.nodes : [];
  return nodes.flatMap(({ labels, capacity }, index) => [
    ...entriesOf(labels)
      .filter(([, value]) => typeof value !== 'string')
      .map(
        ([key, value]) =>
          `${at(['spec', 'nodes', index, 'labels', key])}: label ${key} must be text; found ${JSON.stringify(value)} (put it in quotes)`,
      ),
    ...entriesOf(capacity)
      .filter(([, value]) => !quantity.test(String(value)))
      .map(
        ([key, value]) =>
          `${at(['spec', 'nodes', index, 'capacity', key])}: capacity ${key} must be a quantity such as 4, 500m or 8Gi; found ${JSON.stringify(value)}`,
      ),
  ]);
}

function wrongTimes(file: ClusterFile, at: Locate): string[] {
  const { leaderElection } = file.spec ?? {};
  if (!(leaderElection instanceof LeaderElectionChoice) || validateSync(leaderElection).length > 0) return [];
  const problems = problemsOfTimes({ ...usualTimes, ...timesOf(leaderElection) });
  return problems.map((text) => `${at(['spec', 'leaderElection'])}: spec.leaderElection: ${text}`);
}

function doubleSchedulers(file: ClusterFile, at: Locate): string[] {
  const list = Array.isArray(file.spec?.schedulers) ? file.spec.schedulers : [];
  const names = list.map(({ schedulerName }) => schedulerName);
  return names.flatMap((name, index) =>
    name !== undefined && names.indexOf(name) < index
      ? [`${at(['spec', 'schedulers', index])}: schedulerName ${name} is taken by the one above; give this one another`]
      : [],
  );
}
