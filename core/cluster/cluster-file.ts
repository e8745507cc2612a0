// Cluster file: the list of plugins as YAML.
//   apiVersion: kubelab.dev/v1
//   kind: Cluster
//   metadata: { name: packed }
//   spec:
//     nodes: 3                                  or a list: [{ name: big, labels: {...}, taints: [...], capacity: {...} }]
//     scheduler: { plugin: resource-fit, options: { strategy: pack } }     or the name alone, or a path: ./mine.ts
//     schedulers: [{ schedulerName: turns, plugin: round-robin }]
//     runtime: process
// Everything in it is checked before anything starts; what is wrong is named with its line.

import 'reflect-metadata';
import { plainToInstance, Type } from 'class-transformer';
import {
  Equals,
  IsArray,
  IsDefined,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  ValidateNested,
  type ValidationError,
  validateSync,
} from 'class-validator';
import { LineCounter, parseDocument, type Node as YamlNode } from 'yaml';
import { ConfigurationError } from './configuration-error.ts';
import { problemsOf } from './options.ts';

const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const quantity = /^\d+(\.\d+)?(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$/;

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

export class ClusterSpec {
  @IsOptional() @IsInt() @Min(0) @Max(5000) count?: number;
  @IsOptional() @IsArray() @ValidateNested({ each: true }) @Type(() => NodeChoice) nodes?: NodeChoice[];
  @IsOptional() @ValidateNested() @Type(() => PluginChoice) store?: PluginChoice;
  @IsOptional() @ValidateNested() @Type(() => PluginChoice) api?: PluginChoice;
  @IsOptional() @ValidateNested() @Type(() => PluginChoice) scheduler?: PluginChoice;
  @IsOptional() @IsArray() @ValidateNested({ each: true }) @Type(() => SchedulerChoice) schedulers?: SchedulerChoice[];
  @IsOptional() @ValidateNested() @Type(() => PluginChoice) runtime?: PluginChoice;
  @IsOptional() @ValidateNested() @Type(() => PluginChoice) proxy?: PluginChoice;
  @IsOptional() @IsArray() @ValidateNested({ each: true }) @Type(() => PluginChoice) controllers?: PluginChoice[];
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
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const at = (path: readonly (string | number)[]): string => {
    for (let length = path.length; length >= 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true) as YamlNode | undefined;
      if (node?.range) return `${name}:${counter.linePos(node.range[0]).line}`;
    }
    return `${name}:1`;
  };
  if (document.errors.length > 0) {
    const problems = document.errors.map(
      ({ pos, message }) => `${name}:${counter.linePos(pos[0]).line}: ${message.split('\n')[0]}`,
    );
    throw new ConfigurationError(problems);
  }
  const plain: unknown = document.toJS();
  if (!isRecord(plain)) throw new ConfigurationError(`${name}:1: wanted a map with apiVersion, kind and spec`);
  const file = plainToInstance(ClusterFile, { ...plain, spec: normalized(plain.spec, at) });
  const errors = validateSync(file, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true });
  const problems = [...located(errors, [], at), ...wrongMaps(file, at)];
  if (problems.length > 0) throw new ConfigurationError(problems);
  return file;
}

type Locate = (path: readonly (string | number)[]) => string;

const choices = ['store', 'api', 'scheduler', 'runtime', 'proxy'];
const choiceLists = ['schedulers', 'controllers'];

/** The short forms spelled out: `nodes: 3`, `scheduler: round-robin`. */
function normalized(spec: unknown, at: Locate): unknown {
  if (!isRecord(spec)) return spec;
  const result: Record<string, unknown> = { ...spec };
  const choice = (value: unknown, path: readonly (string | number)[]) => {
    if (typeof value === 'string') return { plugin: value, listedAt: at(path) };
    return isRecord(value) ? { ...value, listedAt: at(path) } : value;
  };
  for (const key of choices) if (key in spec) result[key] = choice(spec[key], ['spec', key]);
  for (const key of choiceLists) {
    const list = spec[key];
    if (Array.isArray(list)) result[key] = list.map((value, index) => choice(value, ['spec', key, index]));
  }
  if (typeof spec.nodes === 'number') {
    result.count = spec.nodes;
    delete result.nodes;
  }
  return result;
}

/** class-validator's errors, each with its line. `listedAt` is ours, not the file's. */
function located(errors: readonly ValidationError[], path: readonly (string | number)[], at: Locate): string[] {
  return errors.flatMap((error) => {
    if (error.property === 'listedAt') return [];
    const property = /^\d+$/.test(error.property) ? Number(error.property) : error.property;
    const here = [...path, property === 'count' ? 'nodes' : property];
    const own = problemsOf([{ ...error, children: [] } as unknown as ValidationError], path.join('.'));
    return [...own.map((text) => `${at(here)}: ${text}`), ...located(error.children ?? [], here, at)];
  });
}

/** Labels are texts, capacities quantities: class-validator does not look inside maps. */
function wrongMaps(file: ClusterFile, at: Locate): string[] {
  return (file.spec?.nodes ?? []).flatMap((node, index) => [
    ...Object.entries(node.labels ?? {})
      .filter(([, value]) => typeof value !== 'string')
      .map(
        ([key, value]) =>
          `${at(['spec', 'nodes', index, 'labels', key])}: label ${key} must be text; found ${JSON.stringify(value)} (put it in quotes)`,
      ),
    ...Object.entries(node.capacity ?? {})
      .filter(([, value]) => !quantity.test(String(value)))
      .map(
        ([key, value]) =>
          `${at(['spec', 'nodes', index, 'capacity', key])}: capacity ${key} must be a quantity such as 4, 500m or 8Gi; found ${JSON.stringify(value)}`,
      ),
  ]);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
