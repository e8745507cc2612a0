// Handlers: what a probe or a life cycle hook does inside the container or against its address.

import { Form, Int, OneOf, Port, PortOrName } from './field-rules.ts';
import { headerNameProblems } from './label-rules.ts';
import { NestedList, Required, Text, TextList } from './rules.ts';

/** Succeeds when the command exits with 0. No shell is involved. */
export class ExecAction {
  @Required() @TextList() readonly command?: readonly string[];
}

export class HTTPHeader {
  @Required() @Form('header name', headerNameProblems) readonly name!: string;
  @Text() readonly value!: string;
}

/** Succeeds on any status from 200 to 399. */
export class HTTPGetAction {
  @Text() readonly path?: string;
  /** Number, or name of a port of the container. */
  @Required() @PortOrName() readonly port!: number | string;
  /** The pod's address unless said otherwise. */
  @Text() readonly host?: string;
  @OneOf('HTTP', 'HTTPS') readonly scheme?: string;
  @NestedList(() => HTTPHeader) readonly httpHeaders?: readonly HTTPHeader[];
}

/** Succeeds when a connection can be opened. */
export class TCPSocketAction {
  @Required() @PortOrName() readonly port!: number | string;
  @Text() readonly host?: string;
}

export class GRPCAction {
  @Required() @Port() readonly port!: number;
  @Text() readonly service?: string;
}

export class SleepAction {
  @Required() @Int() readonly seconds!: number;
}
